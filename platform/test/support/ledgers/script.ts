import type { Step } from '../../../../chaincode/probe/src/steps.ts';
import type { LedgerRole } from '../../../src/ledger/index.ts';
import { dice } from '../dice.ts';
import type { Dice } from '../dice.ts';
import type { FlawedCall } from './contracts.ts';
import { carbonCall, registrations } from './carbon-calls.ts';

/** One thing that is done to a ledger; envelopes are known by labels. */
export type Action =
  | { readonly do: 'evaluate'; readonly call: FlawedCall }
  /** Endorses, and keeps the envelope where there is one. */
  | { readonly do: 'endorse'; readonly label: string; readonly call: FlawedCall }
  /** Hands envelopes to ordering, one after the other or all at once, some of them perhaps twice or once more, and waits for their blocks. */
  | { readonly do: 'order'; readonly labels: readonly string[]; readonly isAtOnce: boolean }
  /** Hands an envelope to ordering whose signature was changed. */
  | { readonly do: 'forge'; readonly label: string }
  | { readonly do: 'restart' };

export const organisations = ['PlatformMSP', 'CityMSP'] as const;
const roles: readonly LedgerRole[] = ['recorder', 'registrar', 'settler', 'auditor'];
const collection = 'probe';
/** More than a packet of results. */
const crowd = 230;

/**
 * Calls of both contracts over few keys, endorsed and ordered in other orders, some never, so that every kind of conflict arises; the same seed gives the same
 * script, whatever the ledger answers. Its names hold the seed: several scripts may run on one ledger.
 */
export function writeScript(seed: number, length: number): readonly Action[] {
  const roll = dice(seed);
  const actions: Action[] = [];
  const waiting: string[] = [];
  const done: string[] = [];
  let count = 0;
  const endorse = (call: FlawedCall): string => {
    count += 1;
    const label = `t${String(count)}`;
    actions.push({ do: 'endorse', label, call });
    return label;
  };
  const order = (labels: readonly string[]): void => {
    if (labels.length > 0) actions.push({ do: 'order', labels, isAtOnce: roll.chance(0.6) });
    done.push(...labels);
  };
  const orderSome = (): void => {
    const labels: string[] = [];
    for (let most = 1 + roll.below(8); most > 0 && waiting.length > 0; most -= 1)
      labels.push(...waiting.splice(roll.below(waiting.length), 1));
    if (labels.length > 0 && roll.chance(0.15)) labels.push(roll.one(labels));
    if (done.length > 0 && roll.chance(0.2)) labels.splice(roll.below(labels.length + 1), 0, roll.one(done));
    order(labels);
  };
  order([...registrations(seed).map(endorse), endorse(probeCall(roll, crowdOf(seed)))]);
  for (const calls of openings(roll, seed)) actions.push({ do: 'order', labels: calls.map(endorse), isAtOnce: true });
  while (actions.length < length) {
    const chance = roll.below(100);
    if (chance < 52) waiting.push(endorse(anyCall(roll, seed)));
    else if (chance < 76) orderSome();
    else if (chance < 94) actions.push({ do: 'evaluate', call: anyCall(roll, seed) });
    else if (chance < 98 && waiting.length > 0) actions.push({ do: 'forge', label: roll.one(waiting) });
    else if (roll.chance(0.25)) actions.push({ do: 'restart' });
  }
  return actions;
}

function anyCall(roll: Dice, seed: number): FlawedCall {
  const isCarbon = roll.chance(0.35);
  const call = isCarbon ? carbonCall(roll, seed) : probeCall(roll, stepsOf(roll, seed));
  return roll.chance(0.12) ? { ...call, endorsers: [roll.one(organisations)] } : call;
}

function probeCall(roll: Dice, steps: readonly Step[]): FlawedCall {
  return {
    contract: 'probe',
    function: 'Run',
    args: [JSON.stringify(steps)],
    transient: { secret: Buffer.from(`secret ${String(roll.below(3))}`) },
    as: roll.one(roles),
  };
}

/** What chance brings into one block too rarely: a deletion of nothing before a read, and of a key with a policy of its own before a write. */
function openings(roll: Dice, seed: number): readonly (readonly FlawedCall[])[] {
  const [absent, governed] = [`s${String(seed)}.a`, `s${String(seed)}.é`];
  const city = { endorsers: ['CityMSP'] };
  const write = { do: 'put', key: governed, value: 'governed' } as const;
  return [
    [
      probeCall(roll, [{ do: 'delete', key: absent }]),
      probeCall(roll, [
        { do: 'get', key: absent },
        { do: 'put', key: `${absent}.read`, value: 'x' },
      ]),
    ],
    [probeCall(roll, [write, { do: 'require', key: governed, organisations: ['CityMSP'] }])],
    [probeCall(roll, [{ do: 'delete', key: governed }]), { ...probeCall(roll, [write]), ...city }],
  ];
}

function crowdOf(seed: number): readonly Step[] {
  return Array.from({ length: crowd }, (_, at) => ({ do: 'put', key: crowdKey(seed, at), value: 'x' }) as const);
}

function crowdKey(seed: number, at: number): string {
  return `s${String(seed)}.crowd.${String(at).padStart(3, '0')}`;
}

function stepsOf(roll: Dice, seed: number): readonly Step[] {
  const steps = Array.from({ length: 1 + roll.below(4) }, () => anyStep(roll, seed));
  // Most transactions that are worth a conflict read something and write something.
  return roll.chance(0.6) ? [...steps, putOf(roll, seed)] : steps;
}

/** Names whose order by bytes is not that of their code units are among them. */
const names = ['a', 'b', 'c', '\u{1f600}', '\uffe6', 'é'];

function keyOf(roll: Dice, seed: number): string {
  return roll.chance(0.2) ? crowdKey(seed, roll.one([0, 50, 99, 100, 101, 199, 200, 201, 229])) : plainKey(roll, seed);
}

/** One of them is wanted by many. */
function plainKey(roll: Dice, seed: number): string {
  return `s${String(seed)}.${roll.chance(0.35) ? 'b' : roll.one(names)}`;
}

function compositeKey(roll: Dice, seed: number) {
  return { type: `s${String(seed)}`, attributes: [roll.one(['a', 'ab', '碳']), roll.one(['1', '2', '10'])] };
}

function anyKey(roll: Dice, seed: number) {
  return roll.chance(0.25) ? compositeKey(roll, seed) : keyOf(roll, seed);
}

function putOf(roll: Dice, seed: number): Step {
  const value = roll.chance(0.1) ? '' : `v${String(roll.below(1_000))}`;
  return { do: 'put', key: anyKey(roll, seed), value };
}

function rangeOf(roll: Dice, seed: number): { readonly from: string; readonly to: string } {
  const prefix = `s${String(seed)}.`;
  if (roll.chance(0.4)) return { from: `${prefix}crowd.`, to: `${prefix}crowd.~` };
  const [one, other] = [roll.one(names), roll.one(names)];
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0
    ? { from: prefix + one, to: prefix + other }
    : { from: `${prefix}a`, to: `${prefix}c` };
}

const steps: readonly ((roll: Dice, seed: number) => Step)[] = [
  (roll, seed) => ({ do: 'get', key: anyKey(roll, seed) }),
  (roll, seed) => ({ do: 'get', key: anyKey(roll, seed) }),
  putOf,
  putOf,
  (roll, seed) => ({ do: 'delete', key: anyKey(roll, seed) }),
  (roll, seed) => ({ do: 'history', key: anyKey(roll, seed) }),
  (roll, seed) => ({ do: 'scan', ...rangeOf(roll, seed) }),
  (roll, seed) => ({ do: 'scan', ...rangeOf(roll, seed), atMost: roll.one([1, 2, 99, 100, 101, 200]) }),
  (roll, seed) => {
    const { type, attributes } = compositeKey(roll, seed);
    return { do: 'partial', type, attributes: attributes.slice(0, roll.below(2)) };
  },
  (roll, seed) => ({ do: 'event', name: `s${String(seed)}.event`, payload: String(roll.below(100)) }),
];

function requirement(roll: Dice, seed: number): Step {
  const some = roll.one([['CityMSP'], ['PlatformMSP'], [...organisations]]);
  return { do: 'require', key: anyKey(roll, seed), organisations: some };
}

const rareSteps: readonly ((roll: Dice, seed: number) => Step)[] = [
  (roll, seed) => ({ do: 'page', ...rangeOf(roll, seed), size: roll.one([1, 3, 100]), bookmark: '' }),
  requirement,
  requirement,
  (roll, seed) => ({ do: 'policy', key: anyKey(roll, seed) }),
  (roll, seed) => ({ do: 'private-put', collection, key: plainKey(roll, seed), transient: 'secret' }),
  (roll, seed) => ({ do: 'private-put', collection, key: plainKey(roll, seed), transient: 'secret' }),
  (roll, seed) => ({ do: 'private-get', collection, key: plainKey(roll, seed) }),
  (roll, seed) => ({ do: 'private-hash', collection, key: plainKey(roll, seed) }),
  (roll, seed) => ({
    do: roll.one(['private-delete', 'private-purge'] as const),
    collection,
    key: plainKey(roll, seed),
  }),
  (roll, seed) => ({ do: 'private-scan', collection, ...rangeOf(roll, seed) }),
  () => ({ do: 'transient', name: 'secret' }),
  () => ({ do: 'attribute', name: 'tanhui.role' }),
  () => ({ do: 'who' }),
  (roll) => ({ do: 'fail', message: roll.one(['PROBE_REFUSED: because', 'no code at all']) }),
];

function anyStep(roll: Dice, seed: number): Step {
  return roll.one(roll.chance(0.3) ? rareSteps : steps)(roll, seed);
}
