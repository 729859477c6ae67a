import type { OpenJourney } from '@tanhui/sdk/plugin';

/**
 * A waiting tap, short because it is stored: kind, instant, station as the network names it (empty where it has none such), fare, equipment. An entry that was replaced by
 * one that has got its exit since waits in vain for what comes `u` or later.
 */
export type Waiting = {
  readonly k: 'in' | 'out';
  readonly t: number;
  readonly s: string;
  readonly f: number;
  readonly e: string;
  readonly u?: number;
};

/** A tap that waits, with the number by which the host knows its record. */
export interface Held {
  readonly ref: number;
  readonly tap: Waiting;
}

export interface Pair {
  readonly entry: Held;
  readonly exit: Held;
}

/** Taps as an earlier version left them: it called an entry that was replaced `stale`, which waits in vain for anything. */
type Kept = Omit<Waiting, 'k'> & { readonly k: Waiting['k'] | 'stale' };

export function heldIn(journey: OpenJourney): Held[] {
  const taps = journey.state as unknown as readonly Kept[];
  return journey.records.flatMap(({ ref }, at) => (taps[at] === undefined ? [] : [{ ref, tap: waitingIn(taps[at]) }]));
}

function waitingIn({ k: kind, ...tap }: Kept): Waiting {
  return kind === 'stale' ? { ...tap, k: 'in', u: tap.t } : { ...tap, k: kind };
}

export function journeyOf(held: readonly Held[]): OpenJourney {
  return {
    records: held.map(({ ref }) => ({ ref })),
    state: held.map(({ tap }) => tap),
    updatedAt: newestOf(held),
  };
}

export function newestOf(held: readonly Held[]): number {
  return held.reduce((newest, { tap }) => Math.max(newest, tap.t), 0);
}

/** By time, an entry before an exit of the same second; what is alike in that by what else there is, so that the order of arrival never decides. */
export function inOrder(held: readonly Held[]): Held[] {
  return held.toSorted(
    ({ tap: first }, { tap: second }) =>
      first.t - second.t ||
      compare(first.k, second.k) ||
      compare(first.s, second.s) ||
      compare(first.e, second.e) ||
      first.f - second.f,
  );
}

function compare(first: string, second: string): number {
  return first === second ? 0 : first < second ? -1 : 1;
}

/** An exit takes the newest entry at or before it, unless another exit has; an entry before that one stays open. */
export function pairsOf(ordered: readonly Held[]): Pair[] {
  const pairs: Pair[] = [];
  let entry: Held | undefined;
  for (const held of ordered) {
    if (held.tap.k === 'in') entry = held;
    else if (entry !== undefined && held.tap.t < (entry.tap.u ?? Infinity)) {
      pairs.push({ entry, exit: held });
      entry = undefined;
    }
  }
  return pairs;
}

/** What is left without some pairs. Entries before one that goes remember that it took their place. */
export function without(ordered: readonly Held[], pairs: readonly Pair[]): Held[] {
  const gone = new Set(pairs.flatMap(({ entry, exit }) => [entry, exit]));
  const left: Held[] = [];
  for (const held of ordered) {
    if (!gone.has(held)) left.push(held);
    else if (held.tap.k === 'in') replaceAll(left, held.tap.t);
  }
  return left;
}

function replaceAll(left: Held[], replacedAt: number): void {
  for (const [at, { ref, tap }] of left.entries())
    if (tap.k === 'in' && tap.u === undefined) left[at] = { ref, tap: { ...tap, u: replacedAt } };
}
