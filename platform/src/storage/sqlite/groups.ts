import { StorageConflict } from '../port.ts';
import type { Ran } from '../units.ts';

/** The connection's transaction, as far as grouping has to know it. */
export interface GroupedConnection {
  begin(): Promise<void>;
  /** What is committed is seen by whoever reads from then on. */
  commit(): Promise<void>;
  /** Settles once everything that was committed before the call outlasts a loss of power. */
  harden(): Promise<void>;
  rollback(): Promise<void>;
  /** Grows with every write, so that a unit of work that failed before its first one needs no rolling back. */
  writes(): number;
}

export interface CommitGroups {
  run<Result>(work: () => Promise<Ran<Result>>): Promise<Result>;
  /** When nothing waits any more. */
  idle(): Promise<void>;
}

interface Unit {
  readonly work: () => Promise<Ran<unknown>>;
  /** Settles the unit; called once its outcome is durable. */
  readonly settle: (outcome: Outcome) => void;
  tried: number;
  /** It failed in company: it runs again by itself, so that it can take nobody with it. */
  isAlone: boolean;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

const maxUnits = 32;
const maxAttempts = 5;

/**
 * 合并提交: units of work that wait for each other's connection share one durable commit. They run one after the other, each seeing what those
 * before it wrote, and none is answered before the commit that holds it is durable; the next group does not wait for that. One that fails after it wrote something
 * takes the whole group back: the others run again without it.
 */
export function createCommitGroups(connection: GroupedConnection): CommitGroups {
  const waiting: Unit[] = [];
  let running: Promise<void> | undefined;
  let answered: Promise<void> = Promise.resolve();
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const done = await runGroup(connection, waiting);
      if (done.length > 0) answered = answer(done, connection.harden());
    }
    running = undefined;
  };
  return {
    run: <Result>(work: () => Promise<Ran<Result>>) =>
      new Promise<Result>((resolve, reject) => {
        const settle = (outcome: Outcome): void => {
          if ('error' in outcome) reject(errorOf(outcome.error));
          else resolve(outcome.value as Result);
        };
        waiting.push({ work, settle, tried: 0, isAlone: false });
        running ??= drain();
      }),
    idle: async () => {
      await running;
      await answered;
    },
  };
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

interface Done {
  readonly unit: Unit;
  readonly outcome: Outcome;
  readonly deferred: Promise<unknown>;
}

async function answer(done: readonly Done[], hardened: Promise<void>): Promise<void> {
  try {
    await hardened;
    for (const { unit, outcome } of done) unit.settle(outcome);
  } catch (error) {
    for (const { unit } of done) unit.settle({ error });
  }
}

/** Gives the units whose outcome stands in a commit. */
async function runGroup(connection: GroupedConnection, waiting: Unit[]): Promise<readonly Done[]> {
  const done: Done[] = [];
  let failed: Unit | undefined;
  let isBegun = false;
  try {
    await connection.begin();
    isBegun = true;
    for (let unit = waiting.shift(); unit !== undefined; unit = nextOf(waiting, done)) {
      failed = unit;
      done.push({ unit, ...(await attempt(connection, unit)) });
      failed = undefined;
    }
    for (const { unit, deferred } of done) {
      failed = unit;
      await deferred;
    }
    failed = undefined;
    await connection.commit();
    return done;
  } catch (error) {
    await connection.rollback();
    const others = done.map(({ unit }) => unit).filter((unit) => unit !== failed);
    // What could not even begin is answered as failed: to wait for ever is no answer.
    const ended = isBegun ? others : waiting.splice(0);
    if (failed === undefined) for (const unit of ended) unit.settle({ error });
    else giveBack(waiting, { others, failed, error });
    return [];
  }
}

function nextOf(waiting: Unit[], done: readonly { readonly unit: Unit }[]): Unit | undefined {
  const isOpen = done.length < maxUnits && done[0]?.unit.isAlone === false && waiting[0]?.isAlone === false;
  return isOpen ? waiting.shift() : undefined;
}

/** Runs a unit; throws only what has to be rolled back. */
async function attempt(connection: GroupedConnection, unit: Unit): Promise<Pick<Done, 'outcome' | 'deferred'>> {
  const before = connection.writes();
  unit.tried += 1;
  try {
    const { value, deferred } = await unit.work();
    return { outcome: { value }, deferred };
  } catch (error) {
    if (connection.writes() !== before || error instanceof StorageConflict) throw error;
    return { outcome: { error }, deferred: Promise.resolve() };
  }
}

function giveBack(
  waiting: Unit[],
  { others, failed, error }: { readonly others: readonly Unit[]; readonly failed: Unit; readonly error: unknown },
): void {
  const isWorthAnother = others.length > 0 || (error instanceof StorageConflict && failed.tried < maxAttempts);
  failed.isAlone = true;
  if (isWorthAnother) waiting.unshift(...others, failed);
  else failed.settle({ error });
}
