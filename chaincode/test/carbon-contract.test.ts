import { beforeEach, describe, expect, it } from 'vitest';
import {
  batchVector,
  header,
  leaves,
  methodologyVector,
  outcomeOf,
  preparedWorld,
  referenceOf,
  register,
  seal,
  settle,
  settlementHeader,
  settlementLeaves,
  settlementVector,
  text,
  vectors,
} from './support/vectors.ts';
import type { World } from './support/world.ts';
import { createWorld, leafRules, names } from './support/world.ts';

const leafSize = 64;
const day = '2026-03-02';
const close = { function: 'CloseDay', args: ['qingdao-demo', day] } as const;
const seen = new Set<string>();
let world: World;

beforeEach(async () => {
  world = await preparedWorld();
});

async function refusal(call: Parameters<World['call']>[0], on = world): Promise<string> {
  const [writes, events] = [on.writes.length, on.events.length];
  const code = await outcomeOf(on, call);
  if (code !== 'accepted')
    expect([on.writes.length, on.events.length], 'a refusal leaves nothing').toEqual([writes, events]);
  seen.add(code);
  return code;
}

/** The leaves with one byte set. */
function withByte(at: number, value: number, bytes: Buffer = leaves): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = value;
  return changed;
}

function reordered(order: readonly number[]): Buffer {
  return Buffer.concat(order.map((at) => leaves.subarray(at * leafSize, (at + 1) * leafSize)));
}

describe('who may call what', () => {
  const calls = {
    RegisterMethodology: register({ ...referenceOf(methodologyVector), id: 'another.one' }),
    SealBatch: seal(),
    SealSettlements: settle(),
    CloseDay: close,
  };
  const everybody = ['PlatformMSP', 'CityMSP', 'StrangerMSP'].flatMap((mspId) =>
    ['registrar', 'recorder', 'settler', 'auditor', 'operator', ''].map((role) => [mspId, role] as const),
  );
  const allowed = [
    'RegisterMethodology by PlatformMSP/registrar',
    'RegisterMethodology by CityMSP/registrar',
    'SealBatch by PlatformMSP/recorder',
    'SealSettlements by PlatformMSP/settler',
    'CloseDay by CityMSP/auditor',
  ];

  it('is decided by organisation and role together, and nobody else may', async () => {
    const may: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      for (const [mspId, role] of everybody) {
        const outcome = await refusal({ ...call, mspId, role }, await preparedWorld());
        expect(['accepted', 'FORBIDDEN']).toContain(outcome);
        if (outcome === 'accepted') may.push(`${name} by ${mspId}/${role}`);
      }
    }
    expect(may).toEqual(allowed);
  });

  it('is decided before anything else is looked at', async () => {
    for (const name of Object.keys(calls))
      expect(await refusal({ function: name, args: ['not even JSON', ''], mspId: 'StrangerMSP' })).toBe('FORBIDDEN');
  });
});

describe('arguments', () => {
  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a text', '"x"'],
    ['without a member', text({ ...header, root: undefined }).replace('"root":undefined,', '')],
    ['with an unknown member', text({ ...header, extra: 1 })],
    ['longer than 256 KB', batchVector.header + ' '.repeat(262_144)],
    ['with a separator of keys in its programme', text({ ...header, programme: 'qingdao\0demo' })],
    ['with an upper-case programme', text({ ...header, programme: 'Qingdao' })],
    ['with a batch of another kind', text({ ...header, batch: 'rec_1' })],
    ['on a day that does not exist', text({ ...header, day: '2026-02-31T' })],
    ['on no day of any month', text({ ...header, day: '2026-13-01' })],
    ['on a day that its month lacks', text({ ...header, day: '2026-02-31' })],
    ['without methodologies', text({ ...header, methodologies: [] })],
    ['with methodologies that are no list', text({ ...header, methodologies: 'x' })],
    [
      'with the same methodology twice',
      text({ ...header, methodologies: [header['methodologies'], header['methodologies']].flat(2) }),
    ],
    [
      'with methodologies out of order',
      text({ ...header, methodologies: [...(header['methodologies'] as [])].reverse() }),
    ],
  ])('are refused: %s', async (_, argument) => {
    expect(await refusal(seal(argument))).toBe('ARGUMENT_INVALID');
  });

  it.each([
    ['id', 'Upper.Case'],
    ['version', 'one two'],
    ['digest', 'f'.repeat(63)],
    ['validFrom', '2026-1-1'],
    ['validTo', 'never'],
    ['validFrom', '2026-02-31'],
    ['validTo', '2026-04-31'],
    ['note', 'an unknown member'],
  ])('of a methodology are refused where %s does not fit', async (name, value) => {
    expect(await refusal(register({ ...referenceOf(methodologyVector), [name]: value }))).toBe('ARGUMENT_INVALID');
  });
});

describe('registering a methodology', () => {
  it('is for good: the same again changes nothing, another digest is refused', async () => {
    const reference = referenceOf(methodologyVector);
    const writes = world.writes.length;
    expect(await world.call(register(reference))).toBe(text(reference));
    expect(world.writes.length).toBe(writes);
    expect(await refusal(register({ ...reference, digest: '0'.repeat(64) }))).toBe('METHODOLOGY_EXISTS');
    expect(await refusal(register({ ...reference, validTo: '2030-01-01' }))).toBe('METHODOLOGY_EXISTS');
    const read = { function: 'ReadMethodology', args: [reference.id, reference.version] };
    expect(await world.call(read)).toBe(text(reference));
    expect(await refusal({ ...read, args: [reference.id, 'none'] })).toBe('METHODOLOGY_UNKNOWN');
  });
});

describe('sealing a batch', () => {
  it('writes the header under its key, tells it, and does nothing more the second time', async () => {
    expect(await world.call(seal())).toBe(batchVector.header);
    expect(world.state.get(`\0BATCH\0qingdao-demo\0${day}\0bat_20260302-qingdao-demo-1\0`)).toBe(batchVector.header);
    const { programme, batch, root, count } = header;
    expect(world.events).toEqual([{ name: 'BatchSealed', payload: { programme, day, batch, root, count } }]);
    const writes = world.writes.length;
    expect(await world.call(seal())).toBe(batchVector.header);
    expect(world.writes.length).toBe(writes);
    const named = text({ programme, day, batch });
    expect(await world.call({ function: 'ReadBatch', args: [named] })).toBe(batchVector.header);
    expect(await refusal({ function: 'ReadBatch', args: [named.replace('demo-1', 'demo-9')] })).toBe('BATCH_UNKNOWN');
  });

  it('refuses another batch under a key that is taken', async () => {
    await world.call(seal());
    const other = vectors.batches[1];
    const renamed = (other?.header ?? '').replace('qingdao-demo-23', 'qingdao-demo-1');
    expect(await refusal(seal(renamed, Buffer.from(other?.leaves.join('') ?? '', 'hex')))).toBe('BATCH_EXISTS');
  });

  it('refuses a methodology that is not registered, or is so with another digest', async () => {
    expect(await refusal(seal(), createWorld())).toBe('METHODOLOGY_UNKNOWN');
    const changed = createWorld();
    for (const methodology of vectors.methodologies)
      await changed.call(register({ ...referenceOf(methodology), digest: '0'.repeat(64) }));
    expect(await refusal(seal(), changed)).toBe('METHODOLOGY_UNKNOWN');
  });

  it.each([
    { validFrom: day, expected: 'accepted' },
    { validFrom: '2026-03-03', expected: 'METHODOLOGY_NOT_IN_FORCE' },
    { validFrom: '2026-01-01', validTo: '2026-03-03', expected: 'accepted' },
    { validFrom: '2026-01-01', validTo: day, expected: 'METHODOLOGY_NOT_IN_FORCE' },
  ])(
    'holds the day against $validFrom to $validTo, which is not in it any more: $expected',
    async ({ expected, ...validity }) => {
      const other = createWorld();
      for (const methodology of vectors.methodologies)
        await other.call(register({ ...referenceOf(methodology), ...validity }));
      expect(await refusal(seal(), other)).toBe(expected);
      const retrospective = text({ ...header, retrospective: true });
      expect(await refusal(seal(retrospective), other)).toBe(expected === 'accepted' ? 'BATCH_EXISTS' : 'accepted');
    },
  );

  it('takes back and corrects by a methodology that is in force no more, whose records it would refuse', async () => {
    const other = createWorld();
    for (const methodology of vectors.methodologies)
      await other.call(register({ ...referenceOf(methodology), validFrom: '2026-01-01', validTo: day }));
    const allOfKind = (kind: number): Buffer => {
      const changed = Buffer.from(leaves);
      for (let at = 1; at < changed.length; at += leafSize) changed[at] = kind;
      return changed;
    };
    const sealOf = (bytes: Buffer) => {
      const table = header['methodologies'] as readonly unknown[];
      const found = leafRules.recompute(bytes, { day, methodologies: table.length });
      return seal(text({ ...header, ...found }), bytes);
    };
    expect(await refusal(sealOf(allOfKind(0)), other)).toBe('METHODOLOGY_NOT_IN_FORCE');
    const oneRecord = allOfKind(1);
    oneRecord[1] = 0;
    expect(await refusal(sealOf(oneRecord), other)).toBe('METHODOLOGY_NOT_IN_FORCE');
    expect(await refusal(sealOf(allOfKind(2)), other)).toBe('accepted');
    expect(await refusal(sealOf(allOfKind(1)), other)).toBe('BATCH_EXISTS');
  });

  it.each([
    ['count', 21],
    ['root', '0'.repeat(64)],
    ['firstNullifier', '0'.repeat(32)],
    ['lastNullifier', 'f'.repeat(32)],
    ['totals', []],
    ['leafVersion', 2],
    ['hash', 'sm3'],
    ['v', 2],
    ['retrospective', 'yes'],
  ])('refuses a header whose %s is not what the leaves give', async (name, value) => {
    expect(await refusal(seal(text({ ...header, [name]: value })))).toBe('HEADER_MISMATCH');
  });

  it('refuses a milligram more or less in any line of the totals', async () => {
    const totals = header['totals'] as readonly { readonly milligrams: string }[];
    for (const [at, line] of totals.entries()) {
      const changed = totals.with(at, { ...line, milligrams: String(BigInt(line.milligrams) + 1n) });
      expect(await refusal(seal(text({ ...header, totals: changed })))).toBe('HEADER_MISMATCH');
    }
    expect(await refusal(seal(text({ ...header, totals: [...totals].reverse() })))).toBe('HEADER_MISMATCH');
  });

  it('takes only the canonical bytes of a header', async () => {
    expect(await refusal(seal(JSON.stringify(header, undefined, 1)))).toBe('HEADER_MISMATCH');
    expect(await refusal(seal(JSON.stringify(Object.fromEntries(Object.entries(header).reverse()))))).toBe(
      'HEADER_MISMATCH',
    );
  });

  it('finds a change of any byte of any leaf, and says of which kind it is', async () => {
    const structure = new Set([0, 1, 2, 3, 4, 8, 9]);
    for (const leaf of [0, 7, 21]) {
      for (let at = 0; at < leafSize; at += 1) {
        const place = leaf * leafSize + at;
        const outcome = await refusal(seal(batchVector.header, withByte(place, (leaves[place] ?? 0) ^ 0x80)));
        const isOrder = at === 16;
        const expected = structure.has(at)
          ? ['LEAVES_INVALID']
          : isOrder
            ? ['LEAVES_INVALID', 'HEADER_MISMATCH']
            : ['HEADER_MISMATCH'];
        expect(expected, `byte ${String(at)} of leaf ${String(leaf)}`).toContain(outcome);
      }
    }
  });

  it.each([
    ['a version to come', 0, 2],
    ['an unknown kind', 1, 3],
    ['an unknown mode', 2, 8],
    ['a methodology outside the table', 4, 2],
    ['another day', 9, 0],
  ])('refuses %s', async (_, at, value) => {
    expect(await refusal(seal(batchVector.header, withByte(at, value)))).toBe('LEAVES_INVALID');
  });

  it('refuses leaves that do not ascend, come twice, are none, too many or not whole', async () => {
    const order = Array.from({ length: 22 }, (_, at) => at);
    const wrong: Readonly<Record<string, Buffer>> = {
      swapped: reordered([1, 0, ...order.slice(2)]),
      twice: reordered([0, 0, ...order.slice(1)]),
      none: Buffer.alloc(0),
      'not whole': leaves.subarray(0, -1),
    };
    for (const [what, bytes] of Object.entries(wrong))
      expect(await refusal(seal(batchVector.header, bytes)), what).toBe('LEAVES_INVALID');
    expect(await refusal({ ...seal(), transient: {} })).toBe('LEAVES_INVALID');
  });

  it('takes 5,000 leaves and not one more', () => {
    const many = Buffer.concat(Array.from({ length: 5_001 }, () => leaves.subarray(0, leafSize)));
    for (let at = 0; at <= 5_000; at += 1) {
      many.writeUInt16BE(0, at * leafSize + 3);
      many.writeUInt32BE(at, at * leafSize + 16);
    }
    const recompute = (count: number) =>
      leafRules.recompute(many.subarray(0, count * leafSize), { day, methodologies: 1 });
    expect(recompute(5_000)).toMatchObject({ count: 5_000 });
    expect(() => recompute(5_001)).toThrow('LEAVES_INVALID: 1 to 5000 leaves');
  });

  it('refuses a table with a methodology that no leaf uses', async () => {
    const metro = Array.from({ length: 22 }, (_, at) => at).filter((at) => leaves[at * leafSize + 2] === 0);
    expect(await refusal(seal(batchVector.header, reordered(metro)))).toBe('LEAVES_INVALID');
  });
});

describe('closing a day', () => {
  it('waits until the day is over in UTC+8, by the transaction’s own time', async () => {
    expect(await refusal({ ...close, at: '2026-03-02T15:59:59Z' })).toBe('DAY_NOT_OVER');
    expect(await refusal({ ...close, at: '2026-03-02T16:00:00Z' })).toBe('accepted');
  });

  it('chains the day’s batches, is for good, and lets nothing in any more', async () => {
    await world.call(seal());
    await world.call(close);
    expect(await refusal(close)).toBe('DAY_CLOSED');
    const other = vectors.batches[1];
    expect(await refusal(seal(other?.header, Buffer.from(other?.leaves.join('') ?? '', 'hex')))).toBe('DAY_CLOSED');
    const closed = JSON.parse(await world.call({ function: 'ReadDay', args: [...close.args] })) as object;
    expect(closed).toMatchObject({ batches: 1, records: 22, programme: 'qingdao-demo', day });
    expect(await refusal({ function: 'ReadDay', args: ['qingdao-demo', '2026-03-03'] })).toBe('DAY_UNKNOWN');
    expect(world.events.at(-1)).toEqual({ name: 'DayClosed', payload: { programme: 'qingdao-demo', day } });
  });

  it('is of one programme: another’s batches of the day are neither in it nor kept out', async () => {
    const elsewhere = text({ ...header, programme: 'qingdao-demo2' });
    await world.call(seal(elsewhere));
    expect(JSON.parse(await world.call(close))).toMatchObject({ batches: 0, records: 0, totals: [] });
    expect(await world.call({ function: 'ListBatches', args: ['qingdao-demo2', day] })).toBe(`[${elsewhere}]`);
    expect(await world.call({ function: 'ListBatches', args: ['qingdao-demo', day] })).toBe('[]');
  });
});

describe('sealing settlements', () => {
  it('writes once what the leaves give', async () => {
    expect(await world.call(settle())).toBe(settlementVector.header);
    const writes = world.writes.length;
    expect(await world.call(settle())).toBe(settlementVector.header);
    expect(world.writes.length).toBe(writes);
    const { programme, settlement } = settlementHeader;
    const named = text({ programme, day, settlement });
    expect(await world.call({ function: 'ReadSettlement', args: [named] })).toBe(settlementVector.header);
    const unknown = { function: 'ReadSettlement', args: [text({ programme, day, settlement: 'stl_none' })] };
    expect(await refusal(unknown)).toBe('SETTLEMENT_UNKNOWN');
  });

  it('refuses other settlements under a key that is taken', async () => {
    const one = { ...settlementHeader, count: 1, root: '', amountFen: '', burnedMilligrams: '' };
    const leaf = settlementLeaves.subarray(0, leafSize);
    await world.call(settle());
    const other = text({ ...one, ...leafRules.recomputeSettlements(leaf, day) });
    expect(await refusal(settle(other, leaf))).toBe('SETTLEMENT_EXISTS');
  });

  it('finds a change of any byte: what has to be zero or known is invalid, the rest is not what the header says', async () => {
    const fixed = [0, 1, 2, 3, 4, 5, ...Array.from({ length: 14 }, (_, at) => 18 + at)];
    for (let at = 0; at < leafSize; at += 1) {
      const outcome = await refusal(
        settle(settlementVector.header, withByte(at, (settlementLeaves[at] ?? 0) ^ 1, settlementLeaves)),
      );
      expect(outcome, `byte ${String(at)}`).toBe(fixed.includes(at) ? 'LEAVES_INVALID' : 'HEADER_MISMATCH');
    }
  });

  it('refuses settlements that do not ascend, come twice, are none or not whole', async () => {
    const [first, second] = [settlementLeaves.subarray(0, leafSize), settlementLeaves.subarray(leafSize)];
    for (const bytes of [
      Buffer.concat([second, first]),
      Buffer.concat([first, settlementLeaves]),
      Buffer.alloc(0),
      settlementLeaves.subarray(1),
    ])
      expect(await refusal(settle(settlementVector.header, bytes))).toBe('LEAVES_INVALID');
  });
});

describe('the contract', () => {
  it('comes to the same bytes wherever it runs', async () => {
    const worlds = [await preparedWorld(), await preparedWorld()];
    for (const each of worlds) for (const call of [seal(), settle(), close]) await each.call(call);
    const [one, other] = worlds.map(({ state, writes, events }) => ({ state: [...state], writes, events }));
    expect(one).toEqual(other);
  });

  it('has refused, in these tests, with every code that it has', () => {
    seen.delete('accepted');
    expect([...seen].sort()).toEqual([...names.codes].sort());
  });
});
