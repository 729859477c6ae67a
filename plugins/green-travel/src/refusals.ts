import type { RefusalText } from '@tanhui/sdk/plugin';

function text(code: string, chinese: string, english: string): RefusalText {
  return {
    code,
    text: { 'zh-CN': chinese, en: english },
    next: {
      'zh-CN': '在来源系统更正后重新导入；其他记录不受影响',
      en: 'Correct it at the source and import again; other records are not affected',
    },
  };
}

/** Every code that the sources of this plugin refuse with. */
export const refusalTexts: readonly RefusalText[] = [
  text('TAPS_TIME_UNREADABLE', '刷卡时间不能解析', 'The time of the tap cannot be read'),
  text('TAPS_CARD_MISSING', '缺少卡号', 'The card number is missing'),
  text('TAPS_TYPE_UNKNOWN', '交易类型未知', 'The kind of tap is unknown'),
  text('TAPS_FARE_UNREADABLE', '票价不能解析', 'The fare cannot be read'),
  text('TAPS_SAME_STATION', '同站进出', 'Entered and left at the same station'),
  text('TAPS_OVERLONG', '进出站相隔超过四小时', 'More than four hours between entry and exit'),
  text('TAPS_TOO_MANY_WAITING', '同一张卡等待配对的记录过多', 'Too many taps of one card wait for their partner'),
  text('METRO_ACCOUNT_MISSING', '缺少账户', 'The account is missing'),
  text('METRO_TRIP_ID_MISSING', '缺少行程编号', 'The trip id is missing'),
  text('METRO_TIME_UNREADABLE', '进出站时间不能解析', 'A time of the trip cannot be read'),
  text(
    'METRO_OVERLONG',
    '进出站相隔超过四小时或先后颠倒',
    'More than four hours between entry and exit, or in the wrong order',
  ),
  text('METRO_NETWORK_UNKNOWN', '没有这个线网', 'The network is unknown'),
  text('METRO_STATION_UNKNOWN', '线网中没有这个车站', 'The station is not in the network'),
  text('METRO_SAME_STATION', '同站进出', 'Entered and left at the same station'),
  text('METRO_NOT_CONNECTED', '两站之间没有线路相连', 'No line joins the two stations'),
  text('MOBIKE_USER_MISSING', '缺少用户', 'The user is missing'),
  text('MOBIKE_BIKE_MISSING', '缺少车辆编号', 'The bike is missing'),
  text('MOBIKE_TIME_UNREADABLE', '开始时间不能解析', 'The start time cannot be read'),
  text('MOBIKE_END_UNKNOWN', '缺少结束时间和时长', 'Neither end nor duration is known'),
  text('MOBIKE_DISTANCE_UNKNOWN', '缺少里程和两端位置', 'Neither distance nor both ends are known'),
  text('MOBIKE_OVERLONG', '骑行时长不合理（上限三小时）', 'The duration is not plausible; at most three hours'),
  text('MOBIKE_TOO_SHORT', '骑行短于 100 米', 'Shorter than 100 m'),
  text('MOBIKE_TOO_FAST', '平均速度超过 30 公里/时', 'Faster than 30 km/h on average'),
  text('GPS_USER_MISSING', '缺少用户', 'The user is missing'),
  text('GPS_TIME_UNREADABLE', '时间不能解析', 'The time cannot be read'),
  text('GPS_POSITION_UNREADABLE', '坐标不能解析', 'The position cannot be read'),
  text('GPS_MODE_NOT_LOW_CARBON', '不是低碳出行方式', 'Not a low-carbon mode'),
  text('STEPS_ID_MISSING', '缺少用户', 'The user is missing'),
  text('STEPS_DATE_UNREADABLE', '日期不能解析', 'The date cannot be read'),
  text('STEPS_COUNT_UNREADABLE', '步数不能解析', 'The number of steps cannot be read'),
  text('STEPS_NONE', '当天没有步数', 'No steps on that day'),
  text('STEPS_IMPOSSIBLE', '步数超出可能范围', 'More steps than a day can hold'),
  text('EV_SESSION_MISSING', '缺少会话编号', 'The session id is missing'),
  text('EV_USER_UNKNOWN', '用户未知', 'The user is unknown'),
  text('EV_TIME_UNREADABLE', '时间不能解析或先后颠倒', 'A time cannot be read, or they are in the wrong order'),
  text('EV_ENERGY_UNREADABLE', '电量不能解析', 'The energy cannot be read'),
  text('EV_NO_ENERGY', '电量为零', 'No energy was delivered'),
  text('EV_TOO_POWERFUL', '平均功率超过交流桩的可能范围', 'The mean power is beyond an AC charging point'),
];
