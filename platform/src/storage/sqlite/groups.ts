import { StorageConflict } from '../port.ts';
import { handled } from '../units.ts';
import type { Ran } from '../units.ts';

/** The connection's transaction, as far as grouping has to know it. What is asked of it is carried out in the order in which it was asked, reads of other documents excepted. */
export interface GroupedConnection {
  begin(): Promise<void>;
  /** Fails where anything failed that was asked since `begin`, as everything does from then on until `rollback`. What is committed is seen by whoever reads from then on. */
  commit(): Promise<void>;
  /** Settles once everything that was committed before the call outlasts a loss of power. */
  harden(): Promise<void>;
  rollback(): Promise<void>;
  /** Documents written so far; a unit of work that failed before its first one needs no rolling back. */
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
  /** Runs that failed by its own fault. */
  failures: number;
  /** It failed in company: it runs again by itself, so that it can take nobody with it. */
  isAlone: boolean;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

const maxUnits = 32;
/** Larger groups share more pages, smaller ones keep those that come next waiting less. */
const maxDocuments = 8_000;
const maxAttempts = 5;

/**
 * 合并提交: units of work that wait for each other's connection share one durable commit. They run one after the other, each seeing what those
 * before it wrote, and none is answered before the commit that holds it is durable. The next group begins while one is committed. Where one fails after it wrote something,
 * its whole group is taken back, and what has begun behind it: the others run again without it.
 */
export function createCommitGroups(connection: GroupedConnection): CommitGroups {
  const waiting: Unit[] = [];
  let arrival = Promise.withResolvers<undefined>();
  let running: Promise<void> | undefined;
  let answered: Promise<void> = Promise.resolve();
  const close = async (group: Group): Promise<Fall | undefined> => {
    const fall = await commit(connection, group);
    if (fall === undefined) answered = answer(group.done, connection.harden());
    return fall;
  };
  const rollBack = async (group: Group, fall: Fall): Promise<void> => {
    await connection.rollback();
    if (fall !== group.fall) waiting.unshift(...group.units);
    takeBack(waiting, fall);
  };
  /** Runs the next group while the one before it is committed; its own commit is under way when this returns. */
  const step = async (before: Closing | undefined): Promise<Closing | undefined> => {
    if (waiting.length === 0) await Promise.race([before?.fall, arrival.promise]);
    const group = await runGroup(connection, waiting);
    const fall = (await before?.fall) ?? group.fall;
    if (fall !== undefined) await rollBack(group, fall);
    if (fall !== undefined || group.units.length === 0) return undefined;
    const closing: Closing = { fall: close(group) };
    if (group.units[0]?.isAlone === true) await closing.fall;
    return closing;
  };
  const drain = async (): Promise<void> => {
    let closing: Closing | undefined;
    do closing = await step(closing);
    while (waiting.length > 0 || closing !== undefined);
    running = undefined;
  };
  return {
    run: <Result>(work: () => Promise<Ran<Result>>) =>
      new Promise<Result>((resolve, reject) => {
        const settle = (outcome: Outcome): void => {
          if ('error' in outcome) reject(errorOf(outcome.error));
          else resolve(outcome.value as Result);
        };
        waiting.push({ work, settle, failures: 0, isAlone: false });
        arrival.resolve(undefined);
        arrival = Promise.withResolvers();
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

/** Units that ran in one transaction. */
interface Group {
  /** Also the one that failed. */
  readonly units: readonly Unit[];
  readonly done: readonly Done[];
  readonly begun: Promise<void>;
  readonly fall?: Fall;
}

/** A group whose commit is under way. */
interface Closing {
  /** Nothing where it stands. */
  readonly fall: Promise<Fall | undefined>;
}

/** Why a group cannot stand: by which of its units, or by none of them. */
interface Fall {
  readonly units: readonly Unit[];
  readonly failed: Unit | undefined;
  readonly error: unknown;
}

async function answer(done: readonly Done[], hardened: Promise<void>): Promise<void> {
  try {
    await hardened;
    for (const { unit, outcome } of done) unit.settle(outcome);
  } catch (error) {
    for (const { unit } of done) unit.settle({ error });
  }
}

/** Runs what waits, one after the other; of nothing where nothing does. */
async function runGroup(connection: GroupedConnection, waiting: Unit[]): Promise<Group> {
  const units: Unit[] = [];
  const done: Done[] = [];
  if (waiting.length === 0) return { units, done, begun: Promise.resolve() };
  const begun = handled(connection.begin());
  const before = connection.writes();
  const hasRoom = (): boolean => units.length < maxUnits && connection.writes() - before < maxDocuments;
  try {
    for (let unit = waiting.shift(); unit !== undefined; unit = hasRoom() ? nextOf(waiting, units) : undefined) {
      units.push(unit);
      done.push({ unit, ...(await attempt(connection, unit)) });
    }
    return { units, done, begun };
  } catch (error) {
    const fall = (await fallOf({ units, done, begun })) ?? { units, failed: units.at(-1), error };
    return { units, done, begun, fall };
  }
}

/** Asked at once: the group behind it may ask too from now on. */
async function commit(connection: GroupedConnection, group: Group): Promise<Fall | undefined> {
  const committed = handled(connection.commit());
  const fall = await fallOf(group);
  try {
    await committed;
    return fall;
  } catch (error) {
    return fall ?? { units: group.units, failed: undefined, error };
  }
}

/** What of a group has failed besides its units' own work: its beginning, or what one of them deferred. */
async function fallOf({ units, done, begun }: Group): Promise<Fall | undefined> {
  let failed: Unit | undefined;
  try {
    await begun;
    for (const { unit, deferred } of done) {
      failed = unit;
      await deferred;
    }
    return undefined;
  } catch (error) {
    return { units, failed, error };
  }
}

function nextOf(waiting: Unit[], units: readonly Unit[]): Unit | undefined {
  return units[0]?.isAlone === false && waiting[0]?.isAlone === false ? waiting.shift() : undefined;
}

/** Runs a unit; throws only what has to be rolled back. */
async function attempt(connection: GroupedConnection, unit: Unit): Promise<Pick<Done, 'outcome' | 'deferred'>> {
  const before = connection.writes();
  try {
    const { value, deferred } = await unit.work();
    return { outcome: { value }, deferred };
  } catch (error) {
    if (connection.writes() !== before || error instanceof StorageConflict) throw error;
    return { outcome: { error }, deferred: Promise.resolve() };
  }
}

/** Those that are not to blame run again; who is, by itself. A group that fell by none of them is answered as failed: to try for ever is no answer. */
function takeBack(waiting: Unit[], { units, failed, error }: Fall): void {
  if (failed === undefined) {
    for (const unit of units) unit.settle({ error });
    return;
  }
  const others = units.filter((unit) => unit !== failed);
  failed.failures += 1;
  failed.isAlone = true;
  const isWorthAnother = others.length > 0 || (error instanceof StorageConflict && failed.failures < maxAttempts);
  if (isWorthAnother) waiting.unshift(...others, failed);
  else failed.settle({ error });
}
