import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import { verifyReceipt } from './index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The embedded engine's receipt and Fabric's; both are of one record. */
const cases = vectors.receipts
  .filter(({ receipt }) => receipt.record !== undefined)
  .map(({ title, receipt, organisations }) => ({
    title,
    receipt: receipt,
    roots: organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate })),
  }));
type Case = (typeof cases)[number];

/** A copy with one member replaced; names lead to it. */
function replaced(fields: Fields, [name = '', ...rest]: readonly string[], value: unknown): Fields {
  const inner = rest.length === 0 ? value : replaced(fields[name] as Fields, rest, value);
  const copy: Record<string, unknown> = Array.isArray(fields) ? (Object.assign([], fields) as never) : { ...fields };
  if (inner === undefined) return Object.fromEntries(Object.entries(copy).filter(([key]) => key !== name));
  copy[name] = inner;
  return copy;
}

function memberOf(fields: Fields, names: readonly string[]): string {
  return names.reduce<unknown>((inner, name) => (inner as Fields)[name], fields) as string;
}

/** The step that fails and why, or `valid`. */
async function failureOf({ roots }: Pick<Case, 'roots'>, receipt: unknown): Promise<string> {
  const { isValid, steps } = await verifyReceipt(receipt, { roots });
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  expect(failed.length).toBe(isValid ? 0 : 1);
  return isValid ? 'valid' : `${String(failed[0]?.id)} ${String(failed[0]?.code)}`;
}

function flippedHex(text: string, byte: number): string {
  const digit = (parseInt(text[2 * byte] ?? '', 16) ^ 1).toString(16);
  return text.slice(0, 2 * byte) + digit + text.slice(2 * byte + 1);
}

function flippedBase64(text: string, byte: number): string {
  const bytes = Buffer.from(text, 'base64');
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  return bytes.toString('base64');
}

const changes: readonly (readonly [member: string, value: unknown, failure: string])[] = [
  ['format', 'tanhui-receipt-v2', 'record UNREADABLE'],
  ['record.id', 'rec_20260302-qingdao-demo-9', 'place ROOT_DIFFERS'],
  ['record.v', 2, 'place ROOT_DIFFERS'],
  ['record.activity', 'act_another', 'place ROOT_DIFFERS'],
  ['record.evidence', 'metered', 'place ROOT_DIFFERS'],
  ['record.quantities.distanceMeters', '2301', 'place ROOT_DIFFERS'],
  ['record.reductionMilligrams', '281474976710654', 'place ROOT_DIFFERS'],
  ['record.reductionMilligrams', '281474976710656', 'record UNREADABLE'],
  ['record.reductionMilligrams', '-1', 'record UNREADABLE'],
  ['record.reductionMilligrams', '1.5', 'record UNREADABLE'],
  ...['', '0x10', '01', '-0', '+1', ' 1', '1e3', '1_000', '１０', '٣'].map(
    (form) => ['record.reductionMilligrams', form, 'record UNREADABLE'] as const,
  ),
  ...[
    '2026-02-31',
    '2026-02-29',
    '20260302',
    '2026-W10-1',
    '+002026-03-02',
    '2026-3-2',
    ' 2026-03-02',
    '２０２６-03-02',
  ].map((form) => ['record.day', form, 'record UNREADABLE'] as const),
  ...['37020', '0x5a61', ' 70203'].map((form) => ['record.district', form, 'record UNREADABLE'] as const),
  ['record.kind', 'reversal', 'place ROOT_DIFFERS'],
  ['record.kind', 'gift', 'record UNREADABLE'],
  ['record.mode', 'metro', 'place ROOT_DIFFERS'],
  ['record.mode', 'rocket', 'record UNREADABLE'],
  ['record.district', '370202', 'place ROOT_DIFFERS'],
  ['record.district', '110101', 'record DISTRICT_DIFFERS'],
  ['record.methodology', 'example.metro@1', 'record METHODOLOGY_NOT_IN_BATCH'],
  ['record.methodologyDigest', '0'.repeat(64), 'record METHODOLOGY_NOT_IN_BATCH'],
  ['record.programme', 'elsewhere', 'place SCOPE_DIFFERS'],
  ['record.day', '2026-03-03', 'place SCOPE_DIFFERS'],
  ['record.extra', 'x', 'place ROOT_DIFFERS'],
  ['record.extra', 1.5, 'record UNREADABLE'],
  ['record', [], 'record UNREADABLE'],
  ['salt', 'zz'.repeat(32), 'record UNREADABLE'],
  ['salt', undefined, 'record UNREADABLE'],
  ['leafDistrict', '370203', 'place ROOT_DIFFERS'],
  ['leafDistrict', '110100', 'record DISTRICT_DIFFERS'],
  ['index', 22, 'place ROOT_DIFFERS'],
  ['index', -1, 'place UNREADABLE'],
  ['index', 0.5, 'place UNREADABLE'],
  ['path', [], 'place ROOT_DIFFERS'],
  ['path', Array(65).fill('0'.repeat(64)), 'place UNREADABLE'],
  ['header.root', '0'.repeat(64), 'place ROOT_DIFFERS'],
  ['header.count', 2, 'place ROOT_DIFFERS'],
  ['header.programme', 'elsewhere', 'place SCOPE_DIFFERS'],
  ['header.batch', 'bat_another', 'signatures HEADER_NOT_WRITTEN'],
  ['header.totals', [], 'signatures HEADER_NOT_WRITTEN'],
  ['header.retrospective', true, 'signatures HEADER_NOT_WRITTEN'],
  ['header.firstNullifier', '0'.repeat(32), 'signatures HEADER_NOT_WRITTEN'],
  ['header.lastNullifier', '0'.repeat(32), 'signatures HEADER_NOT_WRITTEN'],
  ['header.hash', 'sm3', 'signatures HEADER_NOT_WRITTEN'],
  ['header.extra', 'x', 'signatures HEADER_NOT_WRITTEN'],
  ['header.methodologies.1.digest', '0'.repeat(64), 'signatures HEADER_NOT_WRITTEN'],
  ['transaction.chaincode', 'another', 'signatures HEADER_NOT_WRITTEN'],
  ['transaction.id', '0'.repeat(64), 'signatures TRANSACTION_DIFFERS'],
  ['transaction.id', '', 'signatures TRANSACTION_DIFFERS'],
  ['transaction.id', undefined, 'signatures UNREADABLE'],
  ['transaction.payload', '', 'signatures CONTRACT_FAILED'],
  ['transaction.payload', '%', 'signatures UNREADABLE'],
  ['transaction.endorsements', [], 'signatures SIGNATURE_MISSING'],
  ['transaction.endorsements', Array(17).fill({}), 'signatures UNREADABLE'],
  ['transaction.endorsements.0.signature', 'AAAA', 'signatures UNREADABLE'],
  ['transaction.endorsements.0.endorser', 'AAAA', 'signatures UNREADABLE'],
];

describe.each(cases)('$title', ({ receipt, roots }) => {
  it('holds as it is', async () => {
    expect(await failureOf({ roots }, receipt)).toBe('valid');
  });

  it.each(changes)('with another %s (%j) fails: %s', async (member, value, failure) => {
    expect(await failureOf({ roots }, replaced(receipt, member.split('.'), value))).toBe(failure);
  });

  it('fails with any byte of salt, nullifier or path flipped', async () => {
    const path = Object.keys(receipt['path'] as object).map((at) => `path.${at}`);
    for (const member of ['salt', 'nullifier', ...path]) {
      const text = memberOf(receipt, member.split('.'));
      for (let byte = 0; byte < text.length / 2; byte += 1) {
        const changed = replaced(receipt, member.split('.'), flippedHex(text, byte));
        expect(await failureOf({ roots }, changed), `${member} ${String(byte)}`).toBe('place ROOT_DIFFERS');
      }
    }
  });

  it('fails at every other place in the batch, and with a node too few or too many', async () => {
    const path = receipt['path'] as readonly string[];
    for (let index = 0; index < 22; index += 1) {
      const expected = index === receipt['index'] ? 'valid' : 'place ROOT_DIFFERS';
      expect(await failureOf({ roots }, { ...receipt, index })).toBe(expected);
    }
    for (const changed of [path.slice(1), path.slice(0, -1), [...path, '0'.repeat(64)], [...path].reverse()])
      expect(await failureOf({ roots }, { ...receipt, path: changed })).toBe('place ROOT_DIFFERS');
  });

  it('fails with any byte flipped of what was endorsed, of an endorser or of a signature', async () => {
    const found = new Set<string>();
    const members = [
      'payload',
      ...[0, 1].flatMap((at) => [`endorsements.${at}.endorser`, `endorsements.${at}.signature`]),
    ];
    for (const member of members.map((name) => ['transaction', ...name.split('.')])) {
      const text = memberOf(receipt, member);
      // Signatures whole; of the rest, which is long and mostly signed texts, a byte here and there of every part.
      const step = member.at(-1) === 'signature' ? 1 : 7;
      for (let byte = 0; byte < Buffer.from(text, 'base64').length; byte += step) {
        const failure = await failureOf({ roots }, replaced(receipt, member, flippedBase64(text, byte)));
        expect(failure, `${member.join('.')} ${String(byte)}`).toMatch(/^signatures /);
        found.add(failure);
      }
    }
    const kinds = ['HEADER_NOT_WRITTEN', 'SIGNATURE_MISSING', 'TRANSACTION_DIFFERS', 'UNREADABLE'];
    expect([...found].sort()).toEqual(kinds.map((code) => `signatures ${code}`));
  });

  it('takes a signature in one encoding only: nothing after it', async () => {
    const member = ['transaction', 'endorsements', '0', 'signature'];
    const longer = Buffer.concat([Buffer.from(memberOf(receipt, member), 'base64'), Buffer.of(0)]);
    const failure = await failureOf({ roots }, replaced(receipt, member, longer.toString('base64')));
    expect(failure).toBe('signatures UNREADABLE');
  });

  it('needs every pinned organisation, each by its own root, and at least one', async () => {
    const { endorsements } = receipt['transaction'] as { readonly endorsements: readonly unknown[] };
    const [one, other] = endorsements;
    for (const changed of [[one], [other], [one, one], [other, other, other]])
      expect(await failureOf({ roots }, replaced(receipt, ['transaction', 'endorsements'], changed))).toBe(
        'signatures SIGNATURE_MISSING',
      );
    const exchanged = roots.map(({ mspId }, at) => ({ mspId, certificate: roots[1 - at]?.certificate ?? '' }));
    const third = [...roots, { mspId: 'ThirdMSP', certificate: roots[0]?.certificate ?? '' }];
    for (const pinned of [exchanged, third, []])
      expect(await failureOf({ roots: pinned }, receipt)).toBe('signatures SIGNATURE_MISSING');
  });

  it('is believed of the pinned chaincode only', async () => {
    const verdict = async (chaincode: string) => (await verifyReceipt(receipt, { roots, chaincode })).isValid;
    expect([await verdict('carbon'), await verdict('carbon-test')]).toEqual([true, false]);
  });

  it('is not believed by the roots of another network', async () => {
    const foreign = cases.find((each) => each.receipt !== receipt);
    expect(await failureOf({ roots: foreign?.roots ?? [] }, receipt)).toBe('signatures SIGNATURE_MISSING');
  });
});

describe('anything that is no receipt', () => {
  it.each([
    null,
    undefined,
    1,
    'text',
    [],
    {},
    { format: 'tanhui-receipt-v1' },
    { format: 'tanhui-receipt-v1', header: {}, record: {}, path: 'x'.repeat(300_000) },
  ])('is unreadable, and throws nothing: %j', async (value) => {
    expect(await failureOf({ roots: cases[0]?.roots ?? [] }, value)).toBe('record UNREADABLE');
  });
});
