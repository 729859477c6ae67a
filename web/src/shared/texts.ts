import type { Mode } from '@tanhui/sdk/model';
import { wordsOf } from './words.ts';

/** Texts that every face uses. */
export const sharedTexts = {
  'evidence.default': ['默认值', 'default value'],
  'evidence.inferred': ['推断', 'inferred'],
  'evidence.measured': ['实测', 'measured'],
  'evidence.metered': ['计量', 'metered'],
  'evidence.provider': ['运营方记录', "operator's record"],
  'evidence.self-declared': ['自报', 'self-declared'],
  'failed.next': [
    '请重试；如仍出错，请联系平台并附上追踪号 {trace}',
    'Try again; if it stays, contact the platform with trace {trace}',
  ],
  'failed.text': ['平台没能给出回答', 'The platform could not give an answer'],
  'ground.demo': ['演示数据：人物与行程均为模拟。', 'Demonstration data: people and trips are simulated.'],
  'ground.embedded': ['账本：内置引擎', 'Ledger: embedded engine'],
  'ground.fabric': ['账本：Hyperledger Fabric', 'Ledger: Hyperledger Fabric'],
  'ground.factors': ['演示因子，不是已发布的方法学。', 'Demonstration factors, not a published methodology.'],
  'ground.organisations': ['{n} 家机构签名', '{n} organisation signs|{n} organisations sign'],
  'ground.sameOperator': ['（由同一运营方运行）', '(run by the same operator)'],
  'mode.bike': ['骑行', 'Bike'],
  'mode.bus': ['公交', 'Bus'],
  'mode.ev-charging': ['充电', 'Charging'],
  'mode.ferry': ['轮渡', 'Ferry'],
  'mode.metro': ['地铁', 'Metro'],
  'mode.train': ['火车', 'Train'],
  'mode.tram': ['有轨电车', 'Tram'],
  'mode.walk': ['步行', 'Walk'],
  'offline.act': [
    '还不知道有没有办成。再按一次是安全的：同一个操作不会办两次。',
    'It is not known whether it was done. Pressing again is safe: the same act is never done twice.',
  ],
  'offline.next': [
    '检查网络后再试；已保存的凭证不联网也能核验',
    'Check the network and try again; saved receipts verify without it',
  ],
  'offline.text': ['没有收到回答：可能没有网络', 'No answer came: the network may be down'],
  'shell.demo': ['演示数据', 'Demonstration'],
  'shell.language': ['English', '中文'],
  'shell.main': ['主要页面', 'Main pages'],
  'shell.name': ['碳惠', 'Tanhui'],
  'shell.signOut': ['退出', 'Sign out'],
  'shell.skip': ['跳到正文', 'Skip to content'],
  'signedOut.go': ['去登录', 'Sign in'],
  'signedOut.next': ['登录后回到这里', 'Sign in, then come back here'],
  'signedOut.text': ['还没有登录，或登录已过期', 'You are not signed in, or the sign-in has expired'],
  'state.loading': ['正在读取…', 'Loading…'],
  'state.more': ['再看一些', 'Show more'],
  'state.retry': ['重试', 'Try again'],
} as const;

export const sharedSay = wordsOf(sharedTexts);

export function modeName(mode: Mode): string {
  return sharedSay(`mode.${mode}`);
}
