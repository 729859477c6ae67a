import { wordsOf } from '../shared/words.ts';

/** Texts of the first page. */
export const landingTexts = {
  'door.agency': ['监管与运营', 'Agency and operator'],
  'door.agencySees': [
    '今天对得上吗；任何一批都能在浏览器里重算',
    'Does the day add up; any batch is recomputed in the browser',
  ],
  'door.citizen': ['市民', 'Citizen'],
  'door.citizenSees': [
    '少排放了多少克，每段行程为什么计入或不计入，凭证自己核验',
    'Grams saved, why each trip counts or does not, and receipts that check themselves',
  ],
  'door.partner': ['出行企业', 'Partner'],
  'door.partnerSees': [
    '上传记录，看哪一行被拒绝、为什么、怎么办',
    'Send records; see which line was refused, why, and what to do',
  ],
  doors: ['选一个身份进去看看', 'Pick an identity and look around'],
  local: ['一切都在本机运行，没有外部请求', 'Everything runs on this machine; nothing is asked of another'],
  pitch: [
    '坐地铁、骑车、步行、给电动车充电，少排放的每一克都有据可查，写进两家机构共同签名的账本，再兑成数字人民币。',
    'Metro, bike, walk, charge: every gram saved has its evidence, stands in a ledger that two organisations sign, and can be redeemed in e-CNY.',
  ],
  real: ['什么是真的', 'What is real'],
  'real.code': [
    '规则、复式记账、默克尔证明和签名：与真实运行时同一份代码',
    'Rules, double entry, Merkle proofs and signatures: the same code as in earnest',
  ],
  'real.network': ['青岛地铁的线网和站点', "Qingdao's metro network and its stations"],
  simulated: ['什么是模拟的', 'What is simulated'],
  'simulated.factors': [
    '减排因子是演示值，不是任何城市已发布的方法学',
    "The factors are demonstration values, not any city's published methodology",
  ],
  'simulated.money': ['钱包、出资方和每一分钱', 'Wallets, the sponsor, and every fen'],
  'simulated.people': ['人物和行程，由程序按种子生成', 'People and trips, made by a program from a seed'],
  'step.grams': ['按公开的方法学算成克', 'Grams by a public methodology'],
  'step.money': ['兑成数字人民币，不会付两次', 'Redeemed in e-CNY, never paid twice'],
  'step.seal': ['成批封存，两家机构签名', 'Sealed in batches, two organisations sign'],
  'step.trip': ['一段出行，带着证据', 'A trip with its evidence'],
  steps: ['一段出行怎么走', 'The way of a trip'],
  title: ['碳惠 Tanhui', 'Tanhui 碳惠'],
} as const;

export const sayLanding = wordsOf(landingTexts);
