import type { JsonValue, OpenJourney, TransformOutput } from '../plugin/index.ts';
import { hold } from './contract-error.ts';

/** An open journey between two calls: its records by their place in the run's input. */
interface Kept {
  readonly places: readonly number[];
  readonly state: JsonValue;
  readonly updatedAt: number;
}

/** Journeys handed to one call, under numbers below zero that are good for that call alone. */
export interface HandedOut {
  readonly open: Readonly<Record<string, OpenJourney>>;
  readonly placeOf: ReadonlyMap<number, number>;
}

/** Open journeys of a run, kept as the host keeps them: state goes through JSON, waiting records are numbered anew each time. */
export interface WaitingRoom {
  keys(): readonly string[];
  handOut(keys: Iterable<string>): HandedOut;
  putBack(output: TransformOutput, handed: HandedOut, placeOf: (ref: number) => number): void;
  places(): readonly number[];
}

export function createWaitingRoom(): WaitingRoom {
  const kept = new Map<string, Kept>();
  return {
    keys: () => [...kept.keys()],
    handOut: (keys) => handOut(kept, keys),
    putBack(output, handed, placeOf) {
      const mentioned = refsOf(output);
      for (const [key, journey] of Object.entries(handed.open)) {
        if (Object.hasOwn(output.open, key)) continue;
        hold(!journey.records.some(({ ref }) => mentioned.has(ref)), `${key} is left out of open, but not its records`);
      }
      for (const [key, journey] of Object.entries(output.open)) {
        if (journey.records.length === 0) kept.delete(key);
        else kept.set(key, keep(journey, placeOf));
      }
    },
    places: () => [...kept.values()].flatMap(({ places }) => places),
  };
}

function handOut(kept: ReadonlyMap<string, Kept>, keys: Iterable<string>): HandedOut {
  const open: [string, OpenJourney][] = [];
  const placeOf = new Map<number, number>();
  let next = -1;
  for (const key of new Set(keys)) {
    const journey = kept.get(key);
    if (journey === undefined) continue;
    const records = journey.places.map((place) => {
      placeOf.set(next, place);
      return { ref: next-- };
    });
    open.push([key, { records, state: journey.state, updatedAt: journey.updatedAt }]);
  }
  return { open: Object.fromEntries(open), placeOf };
}

function keep({ records, state, updatedAt }: OpenJourney, placeOf: (ref: number) => number): Kept {
  return {
    places: records.map(({ ref }) => placeOf(ref)),
    state: JSON.parse(JSON.stringify(state)) as JsonValue,
    updatedAt,
  };
}

/** Every reference that an answer names outside its open journeys. */
function refsOf(output: TransformOutput): ReadonlySet<number> {
  return new Set([
    ...output.activities.flatMap(({ records }) => records),
    ...output.refusals.flatMap(({ records }) => records),
    ...(output.contextRecords ?? []),
  ]);
}
