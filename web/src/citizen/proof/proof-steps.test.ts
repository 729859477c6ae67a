import type { AnyReceipt } from '@tanhui/sdk/model';
import type { Verification } from '@tanhui/sdk/verify';
import { verifyAnyReceipt } from '@tanhui/sdk/verify';
import { describe, expect, it } from 'vitest';
import vectors from '../../../../docs/spec/vectors-v1.json' with { type: 'json' };
import { factsOf, proofStory, verdictOf } from './proof-steps.ts';
import { readReceiptFile } from './receipt-file.ts';

const record = {
  format: 'tanhui-receipt-v1',
  index: 311,
  path: Array(13).fill(''),
  header: { count: 5_000, batch: 'bat_20261124-1287' },
} as unknown as AnyReceipt;
const settlement = {
  ...record,
  format: 'tanhui-settlement-receipt-v1',
  index: 0,
  path: [''],
  header: { count: 2, settlement: 'stl_20261124-9' },
} as unknown as AnyReceipt;

function found(steps: Verification['steps'], told: Verification['told'] = {}): Verification {
  return { isValid: steps.every(({ outcome }) => outcome !== 'failed'), steps, told, elapsedMs: 3 };
}

function storyOf(receipt: AnyReceipt, steps: Verification['steps']): readonly string[] {
  return proofStory(receipt, found(steps)).map(({ title, sentence }) => `${title}｜${sentence}`);
}

const allPassed: Verification['steps'] = [
  { id: 'record', outcome: 'passed', detail: '' },
  { id: 'place', outcome: 'passed', detail: '' },
  { id: 'signatures', outcome: 'passed', detail: 'CityMSP, PlatformMSP' },
  { id: 'checkpoint', outcome: 'not-yet', detail: '' },
];

describe('the proof as a story', () => {
  it('says of a trip what each step proves, counting from one', () => {
    expect(storyOf(record, allPassed)).toEqual([
      '由这条记录算出指纹｜用全文和凭证里的盐值算出；它是不是封存的那一个，看下一步',
      '在批次里的第 312 条｜记录一字未改：它是 5,000 条之一，沿 13 步路径算得批次的根',
      '机构为写入账本签名｜城市主管部门 · 平台 分别签了名',
      '在共签的检查点之内｜尚未提供：检查点还没有生成',
    ]);
  });

  it('says of a payment what was sealed of it', () => {
    expect(storyOf(settlement, allPassed).slice(0, 2)).toEqual([
      '由这笔付款算出指纹｜用全文和凭证里的盐值算出；它是不是封存的那一个，看下一步',
      '在结算封存里的第 1 笔｜金额、用掉的减排量和银行流水号都没有改过：它是 2 笔之一，沿 1 步路径算得封存的根',
    ]);
    const alone = { ...settlement, header: { ...settlement.header, count: 1 } } as AnyReceipt;
    expect(storyOf(alone, allPassed)[1]).toBe('在结算封存里的第 1 笔｜内容没有改过：封存的只有它，由它直接算得根');
  });

  it('says why a step does not hold and what to do, and of an old receipt that it is old', () => {
    expect(storyOf(record, [{ id: 'place', outcome: 'failed', detail: '', code: 'ROOT_DIFFERS' }])).toEqual([
      '在批次里的第 312 条｜算不出同一个根：内容、盐值、序号或路径被改过',
    ]);
    const old = { id: 'signatures', outcome: 'failed', detail: '', code: 'CHANNEL_NOT_PROVEN' } as const;
    expect(storyOf(record, [old])).toEqual(['机构为写入账本签名｜旧凭证没有证明它的通道：重新保存一份即可']);
    expect(verdictOf(found([old]))).toMatch(/^核验未通过。这张收据早于通道证明/);
    expect(verdictOf(found(allPassed))).toBe('已在本机核验 · 3.0 毫秒 · 未联网');
  });

  it('says where it broke and that later steps were not checked', () => {
    expect(
      storyOf(record, [
        { id: 'record', outcome: 'failed', detail: '', code: 'UNREADABLE' },
        { id: 'place', outcome: 'not-reached', detail: '' },
      ]),
    ).toEqual(['由这条记录算出指纹｜这一部分缺失，或不合格式', '在批次里的第 312 条｜前一步没有通过，未核验']);
  });

  it('names the seal and the block, the block as something that is told', () => {
    expect(factsOf(record, found(allPassed, { block: 4_512 }))).toEqual([
      ['批次编号', 'bat_20261124-1287'],
      ['区块', '4,512（凭证所写，签名不证明）'],
    ]);
    expect(factsOf(settlement, found(allPassed))).toEqual([['封存编号', 'stl_20261124-9']]);
    expect(factsOf({ header: { batch: 7 } } as unknown as AnyReceipt, found([]))).toEqual([]);
  });
});

describe('a receipt that was changed', () => {
  it.each([
    ['record', 'reductionMilligrams'],
    ['settlement', 'burnedMilligrams'],
    ['settlement', 'amountFen'],
    ['settlement', 'bankReference'],
  ] as const)('is found out at its place, not at its fingerprint: %s.%s', async (body, member) => {
    const { receipt, organisations } = vectors.receipts.find((each) => each.receipt[body] !== undefined) ?? {};
    const roots = (organisations ?? []).map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
    const changed = { ...receipt, [body]: { ...receipt?.[body], [member]: '9' } } as unknown as AnyReceipt;
    const told = proofStory(changed, await verifyAnyReceipt(changed, { roots }));
    expect(told.map(({ id, outcome }) => `${id} ${outcome}`).slice(0, 3)).toEqual([
      'record passed',
      'place failed',
      'signatures not-reached',
    ]);
  });
});

describe('a file that a person picks', () => {
  it('is a receipt of a trip or of a payment, or none', async () => {
    const kindOfFile = async (value: unknown) => (await readReceiptFile(new Blob([JSON.stringify(value)]))).kind;
    for (const { receipt } of vectors.receipts) expect(await kindOfFile(receipt)).toBe('receipt');
    const [{ receipt }] = vectors.receipts as [(typeof vectors.receipts)[number]];
    for (const value of [null, [], 7, {}, { ...receipt, format: 'tanhui-settlement-receipt-v1' }])
      expect(await kindOfFile(value)).toBe('unreadable');
  });
});
