import { createHash } from 'node:crypto';
import type { Day } from '@tanhui/sdk/model';
import { dayNumberOf } from '@tanhui/sdk/model';
import { buildBatch } from '../../../src/carbon/batch.ts';
import { leafHashes, rootOf } from '../../../src/carbon/index.ts';
import type { Json } from '../../../src/kernel/index.ts';
import { canonicalJson } from '../../../src/kernel/index.ts';
import type { Dice } from '../dice.ts';
import type { Flaw, FlawedCall } from './contracts.ts';

const leafSize = 64;
const days: readonly Day[] = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2099-01-01'].map(
  (day) => day as Day,
);

function methodologiesOf(seed: number) {
  const id = (name: string): string => `sim.s${String(seed)}.${name}`;
  return [
    { v: 1, id: id('metro'), version: '1', digest: 'a'.repeat(64), validFrom: '2020-01-01' },
    { v: 1, id: id('short'), version: '1', digest: 'b'.repeat(64), validFrom: '2026-03-02', validTo: '2026-03-03' },
    { v: 1, id: id('late'), version: '1', digest: 'c'.repeat(64), validFrom: '2020-01-01' },
  ] as const;
}

/** What a script begins with: two of its methodologies are registered, the third one perhaps later. */
export function registrations(seed: number): readonly FlawedCall[] {
  return methodologiesOf(seed)
    .slice(0, 2)
    .map((methodology) => registering(canonicalJson(methodology)));
}

function registering(text: string): FlawedCall {
  return { function: 'RegisterMethodology', args: [text], as: 'registrar' };
}

/** A call of the carbon contract, good or hostile; some by somebody who may not. */
export function carbonCall(roll: Dice, seed: number): FlawedCall {
  const call = roll.one(calls)(roll, seed);
  return roll.chance(0.15) ? { ...call, as: roll.one(['recorder', 'registrar', 'settler', 'auditor'] as const) } : call;
}

const calls: readonly ((roll: Dice, seed: number) => FlawedCall)[] = [
  sealing,
  sealing,
  sealing,
  settling,
  settling,
  (roll, seed) => ({ function: 'CloseDay', args: [programmeOf(seed), roll.one(days)], as: 'auditor' }),
  (roll, seed) => registering(anyRegistration(roll, seed)),
  (roll, seed) => ({ function: 'ListBatches', args: [programmeOf(seed), roll.one(days)], as: 'auditor' }),
  (roll, seed) => ({ function: 'ReadDay', args: [programmeOf(seed), roll.one(days)], as: 'auditor' }),
  (roll, seed) => {
    const { id, version } = roll.one(methodologiesOf(seed));
    return { function: 'ReadMethodology', args: [id, version], as: 'auditor' };
  },
  (roll, seed) => {
    const kind = roll.one(['batch', 'settlement'] as const);
    const named = { programme: programmeOf(seed), day: roll.one(days), [kind]: nameOf(roll, kind) };
    const reader = { batch: 'ReadBatch', settlement: 'ReadSettlement' }[kind];
    return { function: reader, args: [canonicalJson(named)], as: 'auditor' };
  },
];

function programmeOf(seed: number): string {
  return `sim-${String(seed)}`;
}

/** Few names, so that they come again with the same content or with another. */
function nameOf(roll: Dice, kind: 'batch' | 'settlement'): string {
  return kind === 'batch' ? `bat_${String(roll.below(4))}` : `stl_${String(roll.below(2))}`;
}

function anyRegistration(roll: Dice, seed: number): string {
  const methodology = roll.one(methodologiesOf(seed));
  return canonicalJson(roll.chance(0.3) ? { ...methodology, digest: 'd'.repeat(64) } : methodology);
}

interface Sealed {
  text: string;
  leaves: Buffer;
  flaw?: Flaw;
}

function sealing(roll: Dice, seed: number): FlawedCall {
  const sealed = batchOf(roll, seed);
  if (roll.chance(0.3)) roll.one([...hostilities, lateMethodology])(sealed);
  const { text, leaves, flaw } = sealed;
  const call = { function: 'SealBatch', args: [text], transient: { leaves }, as: 'recorder' } as const;
  return flaw === undefined ? call : { ...call, flaw };
}

function batchOf(roll: Dice, seed: number): Sealed {
  const [methodology, short] = methodologiesOf(seed);
  const { id, version, digest } = roll.chance(0.2) ? short : methodology;
  const content = roll.below(3);
  const sources = Array.from({ length: 2 + 20 * content }, (_, at) => ({
    ...({ kind: 'record', mode: 'metro', district: '370202' } as const),
    methodology: { id, version, digest },
    milligrams: String(1_000 + at),
    nullifier: hashOf(`${String(content)}/${String(at)}`).slice(0, 32),
    commitment: Buffer.from(hashOf(String(at)), 'hex').toString('base64'),
  }));
  const scope = { programme: programmeOf(seed), day: roll.one(days), batch: nameOf(roll, 'batch') };
  const { header, leaves } = buildBatch(sources, { ...scope, retrospective: roll.chance(0.1) });
  return { text: canonicalJson(header as unknown as Json), leaves };
}

type Hostility = (sealed: Sealed) => void;

const hostilities: readonly Hostility[] = [
  (sealed) => {
    sealed.leaves = sealed.leaves.subarray(0, -1);
    sealed.flaw = 'LEAVES_INVALID';
  },
  (sealed) => {
    const [first, rest] = [sealed.leaves.subarray(0, leafSize), sealed.leaves.subarray(leafSize)];
    sealed.leaves = Buffer.concat([rest, first]);
    sealed.flaw = 'LEAVES_INVALID';
  },
  (sealed) => {
    sealed.leaves = withByte(sealed.leaves, 0, 2);
    sealed.flaw = 'LEAVES_INVALID';
  },
  (sealed) => {
    sealed.leaves = withByte(sealed.leaves, 15, (sealed.leaves[15] ?? 0) ^ 1);
    sealed.flaw = 'HEADER_MISMATCH';
  },
  (sealed) => {
    sealed.text = sealed.text.replace(/"root":"[0-9a-f]/, '"root":"g');
    sealed.flaw = 'HEADER_MISMATCH';
  },
  (sealed) => {
    sealed.text = `${sealed.text} `;
    sealed.flaw = 'HEADER_MISMATCH';
  },
  (sealed) => {
    sealed.text = sealed.text.replace('"v":1', '"v":1,"x":1');
    sealed.flaw = 'ARGUMENT_INVALID';
  },
  (sealed) => {
    sealed.text = '{';
    sealed.flaw = 'ARGUMENT_INVALID';
  },
];

/** Names a methodology that is registered late or never. */
function lateMethodology(sealed: Sealed): void {
  sealed.text = sealed.text
    .replace(/[.](metro|short)"/, '.late"')
    .replace(/"digest":"[ab]{64}"/, `"digest":"${'c'.repeat(64)}"`);
}

function settling(roll: Dice, seed: number): FlawedCall {
  const [programme, day, settlement] = [programmeOf(seed), roll.one(days), nameOf(roll, 'settlement')];
  const count = 1 + roll.below(3);
  const leaves = Buffer.concat(Array.from({ length: count }, (_, at) => settlementLeaf(day, at)));
  const root = rootOf(leafHashes(leaves, leafSize)).toString('hex');
  const amounts = { amountFen: String(100 * count), burnedMilligrams: String(1_000 * count) };
  const sealed: Sealed = {
    text: canonicalJson({ v: 1, programme, day, settlement, count, root, ...amounts }),
    leaves,
  };
  if (roll.chance(0.3)) roll.one(hostilities.filter((_, at) => at !== 1))(sealed);
  const { text, flaw } = sealed;
  const transient = { settlements: sealed.leaves };
  const call = { function: 'SealSettlements', args: [text], transient, as: 'settler' } as const;
  return flaw === undefined ? call : { ...call, flaw };
}

function settlementLeaf(day: Day, at: number): Buffer {
  const leaf = Buffer.alloc(leafSize);
  leaf.writeUInt8(1, 0);
  leaf.writeUInt8(3, 1);
  leaf.writeUInt16BE(dayNumberOf(day), 4);
  leaf.writeUIntBE(100, 6, 6);
  leaf.writeUIntBE(1_000, 12, 6);
  leaf.writeUInt8(at + 1, 32);
  return leaf;
}

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
