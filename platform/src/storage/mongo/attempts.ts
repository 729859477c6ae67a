import { setTimeout as rest } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { Random } from '../../kernel/index.ts';
import { StorageConflict } from '../port.ts';
import { refuseStorage } from '../refusals.ts';

/** Tries of a unit of work whose expectations do not hold, and of one that another transaction or the network cut short. */
const maxTries = { conflict: 5, transient: 20 } as const;
/** As long as MongoDB lets a transaction live: one that takes longer is cut short however often it is tried, and the others wait behind it. */
const longestTryingMs = 60_000;
const maxCommitTries = 8;
const firstPauseMs = 4;
const longestPauseMs = 400;

const transactionOptions: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: new mongo.WriteConcern('majority', undefined, true),
  readPreference: 'primary',
  maxCommitTimeMS: 10_000,
};

export type Runner = <Result>(act: (session: mongo.ClientSession) => Promise<Result>) => Promise<Result>;

/** Runs transactions: again where MongoDB says that another try may succeed, after a pause that grows and differs between servers. */
export function createRunner(client: mongo.MongoClient, random: Random): Runner {
  const pause = async (tried: number): Promise<void> => {
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** tried);
    const [share = 0] = random.bytes(1);
    await rest((longest * (1 + share)) / 256);
  };
  return async (act) => {
    const session = client.startSession();
    const startedAt = performance.now();
    try {
      for (let tried = 1; ; tried += 1) {
        const outcome = await attempt(session, act, pause);
        if ('result' in outcome) return outcome.result;
        const isLast = tried >= maxTries[outcome.because] || performance.now() - startedAt >= longestTryingMs;
        if (isLast) throw asThrown(outcome.error);
        await pause(tried);
      }
    } finally {
      await session.endSession();
    }
  };
}

type Outcome<Result> =
  { readonly result: Result } | { readonly because: keyof typeof maxTries; readonly error: unknown };

async function attempt<Result>(
  session: mongo.ClientSession,
  act: (session: mongo.ClientSession) => Promise<Result>,
  pause: (tried: number) => Promise<void>,
): Promise<Outcome<Result>> {
  session.startTransaction(transactionOptions);
  try {
    const result = await act(session);
    await commit(session, pause);
    return { result };
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction();
    if (error instanceof StorageConflict) return { because: 'conflict', error };
    if (hasLabel(error, 'TransientTransactionError')) return { because: 'transient', error };
    throw asThrown(error);
  }
}

/** Asks for the same commit again while its outcome is not known: a commit is done once, however often it is asked for. */
async function commit(session: mongo.ClientSession, pause: (tried: number) => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (isSettled(error, tried)) throw error;
      if (tried === maxCommitTries) throw refuseStorage('STORAGE_OUTCOME_UNKNOWN', {}, error);
    }
    await pause(tried);
  }
}

/**
 * Whether a commit that failed is known not to have been done. The driver's own label for the contrary is not enough: it asks a second time by itself, and where it finds
 * no server for that it says nothing of the first time. After one try that was not settled, only a transaction that the server says is gone is.
 */
function isSettled(error: unknown, tried: number): boolean {
  if (hasLabel(error, 'TransientTransactionError') || !(error instanceof mongo.MongoError)) return true;
  const isUnheard = isUnreached(error) || hasLabel(error, 'HandshakeError');
  return tried === 1 && !isUnheard && !hasLabel(error, 'UnknownTransactionCommitResult');
}

function hasLabel(error: unknown, label: string): boolean {
  return error instanceof mongo.MongoError && error.hasErrorLabel(label);
}

const diskFull = new Set<unknown>([14_031, 28]);

/** Of a member that is shutting down, or no longer or not yet the primary; of a way to it that broke. */
const steppedDown = new Set<unknown>([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

function isUnreached(error: mongo.MongoError): boolean {
  const isGone = error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError;
  return isGone || steppedDown.has(error.code);
}

/** What a caller is told: a conflict, a database that does not answer or is full; anything else is a defect and stays what it is. */
export function asThrown(thrown: unknown): unknown {
  const error = unwrapped(thrown);
  if (!(error instanceof mongo.MongoError)) return error;
  if (isUnreached(error)) return refuseStorage('STORAGE_UNREACHABLE', {}, error);
  if (diskFull.has(error.code)) return refuseStorage('STORAGE_FULL', {}, error);
  return error.hasErrorLabel('TransientTransactionError')
    ? new StorageConflict('other transactions were in the way', { cause: error })
    : error;
}

/** The driver lays an error of its own around whatever kept a bulk write from being answered; what it was is inside. */
function unwrapped(error: unknown): unknown {
  const inside: unknown = error instanceof mongo.MongoBulkWriteError ? error.errorResponse : undefined;
  return inside instanceof mongo.MongoError ? inside : error;
}
