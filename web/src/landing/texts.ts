import { wordsOf } from '../shared/words.ts';

/** Texts of the first page. */
export const landingTexts = {
  local: ['一切都在本机运行，没有外部请求', 'Everything runs on this machine; nothing is asked of another'],
  pick: ['选一个身份看看', 'Pick an identity and look around'],
  pitch: [
    '坐地铁、骑车、步行、给电动车充电，少排放的每一克都有据可查，写进两家机构共同签名的账本，再兑成数字人民币。',
    'Metro, bike, walk, charge: every gram saved has its evidence, stands in a ledger that two organisations sign, and can be redeemed in e-CNY.',
  ],
  see: ['你会看到什么', 'What you will see'],
  'see.audit': [
    '监管机构：今天对得上吗；任何一克、任何一批都能在浏览器里重算',
    'Agency: does today add up; any gram and any batch recomputed in the browser',
  ],
  'see.grams': [
    '市民：今天少排放多少克，每段行程为什么计入或不计入',
    'Citizen: grams of today, and why each trip counts or does not',
  ],
  'see.money': [
    '钱包：兑换、上限、付款确认，一分钱不会付两次',
    'Wallet: redemption, caps, payments being confirmed; nothing is paid twice',
  ],
  'see.proof': [
    '凭证：在手机上自己核验，不联网，也不必相信我们',
    'Receipt: checked on the phone itself, offline, without trusting us',
  ],
  title: ['碳惠 Tanhui', 'Tanhui 碳惠'],
} as const;

export const sayLanding = wordsOf(landingTexts);
