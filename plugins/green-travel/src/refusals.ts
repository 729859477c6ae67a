import type { LocalisedText, RefusalText } from '@tanhui/sdk/plugin';

/** What somebody can do about a refusal. Most are for whoever sends the records; those of a ride that cannot count say so plainly. */
const next = {
  correct: {
    'zh-CN': '在来源系统更正该字段后重新导入；其他记录不受影响',
    en: 'Correct the field at the source and import again; other records are not affected',
  },
  configure: {
    'zh-CN': '检查来源设置或文件格式是否与说明一致，然后重新导入',
    en: 'Compare the settings of the source, or the file, with the format as documented, and import again',
  },
  noRide: {
    'zh-CN': '无需处理：这不是一次完成的出行；如有异议可申诉',
    en: 'Nothing to do: this was no completed ride; appeal if you think it was',
  },
  implausible: {
    'zh-CN': '请运营方核对该记录的时间、里程或电量；属实可申诉',
    en: 'Ask the operator to check time, distance or energy of this record; appeal if it is true',
  },
  convert: {
    'zh-CN': '先将坐标转换为 WGS-84，再重新导入',
    en: 'Convert the positions to WGS-84 and import again',
  },
};

function advising(step: LocalisedText) {
  return (code: string, chinese: string, english: string): RefusalText => ({
    code,
    text: { 'zh-CN': chinese, en: english },
    next: step,
  });
}

const correct = advising(next.correct);
const configure = advising(next.configure);
const noRide = advising(next.noRide);
const implausible = advising(next.implausible);
const convert = advising(next.convert);

/** Every code that the sources of this plugin refuse with. */
export const refusalTexts: readonly RefusalText[] = [
  correct('TAPS_TIME_UNREADABLE', '刷卡时间不能解析', 'The time of the tap cannot be read'),
  correct('TAPS_CARD_MISSING', '缺少卡号', 'The card number is missing'),
  correct(
    'TAPS_ID_TOO_LONG',
    '卡号或车辆编号超过 64 个字符，或设备编号超过 32 个字符',
    'A card or vehicle number is longer than 64 characters, or that of the equipment longer than 32',
  ),
  configure('TAPS_TYPE_UNKNOWN', '交易类型未知', 'The kind of tap is unknown'),
  correct('TAPS_FARE_UNREADABLE', '票价不能解析', 'The fare cannot be read'),
  noRide('TAPS_SAME_STATION', '同站进出', 'Entered and left at the same station'),
  noRide('TAPS_OVERLONG', '进出站相隔超过四小时', 'More than four hours between entry and exit'),
  implausible(
    'TAPS_TOO_MANY_WAITING',
    '同一张卡等待配对的记录过多',
    'Too many taps of one card wait for their partner',
  ),
  correct('METRO_ACCOUNT_MISSING', '缺少账户', 'The account is missing'),
  correct('METRO_TRIP_ID_MISSING', '缺少行程编号', 'The trip id is missing'),
  correct(
    'METRO_ID_TOO_LONG',
    '账户或行程编号超过 64 个字符',
    'The account or the trip id is longer than 64 characters',
  ),
  correct('METRO_TIME_UNREADABLE', '进出站时间不能解析', 'A time of the trip cannot be read'),
  implausible(
    'METRO_OVERLONG',
    '进出站相隔超过四小时或先后颠倒',
    'More than four hours between entry and exit, or in the wrong order',
  ),
  configure('METRO_NETWORK_UNKNOWN', '没有这个线网', 'The network is unknown'),
  correct('METRO_STATION_UNKNOWN', '线网中没有这个车站', 'The station is not in the network'),
  noRide('METRO_SAME_STATION', '同站进出', 'Entered and left at the same station'),
  configure('METRO_NOT_CONNECTED', '两站之间没有线路相连', 'No line joins the two stations'),
  correct('MOBIKE_USER_MISSING', '缺少用户', 'The user is missing'),
  correct('MOBIKE_BIKE_MISSING', '缺少车辆编号', 'The bike is missing'),
  correct(
    'MOBIKE_ID_TOO_LONG',
    '用户、车辆或订单编号超过 64 个字符',
    'The user, the bike or the order id is longer than 64 characters',
  ),
  correct('MOBIKE_TIME_UNREADABLE', '开始时间不能解析', 'The start time cannot be read'),
  correct('MOBIKE_END_UNKNOWN', '缺少结束时间和时长', 'Neither end nor duration is known'),
  correct('MOBIKE_DISTANCE_UNKNOWN', '缺少里程和两端位置', 'Neither distance nor both ends are known'),
  implausible('MOBIKE_OVERLONG', '骑行时长不合理（上限三小时）', 'The duration is not plausible; at most three hours'),
  noRide('MOBIKE_TOO_SHORT', '骑行短于 100 米', 'Shorter than 100 m'),
  implausible('MOBIKE_TOO_FAST', '平均速度超过 30 公里/时', 'Faster than 30 km/h on average'),
  correct('GPS_USER_MISSING', '缺少用户', 'The user is missing'),
  correct('GPS_ID_TOO_LONG', '用户标识超过 64 个字符', 'The user is longer than 64 characters'),
  correct('GPS_TIME_UNREADABLE', '时间不能解析', 'The time cannot be read'),
  correct('GPS_POSITION_UNREADABLE', '坐标不能解析', 'The position cannot be read'),
  noRide('GPS_MODE_NOT_LOW_CARBON', '不是低碳出行方式', 'Not a low-carbon mode'),
  convert('GPS_DATUM_MIXED', '坐标系不是 WGS-84', 'The position is not in WGS-84'),
  correct('STEPS_ID_MISSING', '缺少用户', 'The user is missing'),
  correct('STEPS_ID_TOO_LONG', '用户标识超过 64 个字符', 'The user is longer than 64 characters'),
  correct('STEPS_DATE_UNREADABLE', '日期不能解析', 'The date cannot be read'),
  correct('STEPS_COUNT_UNREADABLE', '步数不能解析', 'The number of steps cannot be read'),
  noRide('STEPS_NONE', '当天没有步数', 'No steps on that day'),
  noRide('STEPS_OVER_CAP', '步数超过每日上限，当天整体不计', 'More steps than the daily cap: the day does not count'),
  implausible('STEPS_IMPOSSIBLE', '步数超出可能范围', 'More steps than a day can hold'),
  correct('EV_SESSION_MISSING', '缺少会话编号', 'The session id is missing'),
  correct('EV_ID_TOO_LONG', '会话编号或用户超过 64 个字符', 'The session id or the user is longer than 64 characters'),
  correct('EV_USER_UNKNOWN', '用户未知', 'The user is unknown'),
  configure('EV_TIME_UNREADABLE', '时间不能解析或先后颠倒', 'A time cannot be read, or they are in the wrong order'),
  correct('EV_ENERGY_UNREADABLE', '电量不能解析', 'The energy cannot be read'),
  noRide('EV_NO_ENERGY', '电量为零', 'No energy was delivered'),
  implausible('EV_TOO_POWERFUL', '平均功率超过交流桩的可能范围', 'The mean power is beyond an AC charging point'),
];
