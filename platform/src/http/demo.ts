import type { DemoIdentity } from '@tanhui/sdk/client';

/** Simulated people of the demo; none of them is anybody. Production refuses them. */
export const demoIdentities: readonly DemoIdentity[] = [
  citizen('ctz_sim-lan', ['小岚（模拟）', 'Lan (simulated)'], ['每天坐地铁上班', 'takes the metro to work']),
  citizen('ctz_sim-hai', ['阿海（模拟）', 'Hai (simulated)'], ['骑行和步行', 'rides and walks']),
  citizen('ctz_sim-song', ['老宋（模拟）', 'Song (simulated)'], ['开电动车', 'drives electric']),
  {
    identity: 'agency-demo',
    role: 'agency',
    name: { 'zh-CN': '监管机构（演示）', en: 'Agency (demo)' },
    about: { 'zh-CN': '审计碳账本、日结', en: 'audits the carbon ledger and closes days' },
  },
  {
    identity: 'partner-demo',
    role: 'partner',
    name: { 'zh-CN': '出行企业（演示）', en: 'Transit company (demo)' },
    about: { 'zh-CN': '上传出行记录、查看被拒绝的行和原因', en: 'sends records and sees what was refused and why' },
  },
  {
    identity: 'operator-demo',
    role: 'operator',
    name: { 'zh-CN': '平台运营（演示）', en: 'Operator (demo)' },
    about: { 'zh-CN': '暂停活动、处理结果不明的付款', en: 'pauses campaigns and settles unknown payments' },
  },
];

type Words = readonly [chinese: string, english: string];

function citizen(identity: string, name: Words, about: Words): DemoIdentity {
  return {
    identity,
    role: 'citizen',
    name: { 'zh-CN': name[0], en: name[1] },
    about: { 'zh-CN': about[0], en: about[1] },
  };
}
