import { mongo } from 'mongoose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asThrown, createRunner } from './attempts.ts';

const noPause = { bytes: (count: number) => new Uint8Array(count) };

function answered(code: number, ...errorLabels: string[]): mongo.MongoError {
  return new mongo.MongoServerError({ message: 'the server says no', code, errorLabels });
}

const unheard = (): mongo.MongoError => new mongo.MongoServerSelectionError('nobody answers', {} as never);
const gone = (): mongo.MongoError => answered(251, 'TransientTransactionError');
const unknown = (): mongo.MongoError => answered(91, 'RetryableWriteError', 'UnknownTransactionCommitResult');

/** A session whose commits end one after the other as told; the last one again and again. */
function committing(...ends: readonly (mongo.MongoError | 'done')[]) {
  const told = { commits: 0, runs: 0 };
  const session = {
    startTransaction: () => undefined,
    inTransaction: () => false,
    endSession: () => Promise.resolve(),
    commitTransaction() {
      const end = ends[Math.min(told.commits, ends.length - 1)];
      told.commits += 1;
      return end instanceof Error ? Promise.reject(end) : Promise.resolve();
    },
  };
  const client = { startSession: () => session } as unknown as mongo.MongoClient;
  const run = () =>
    createRunner(
      client,
      noPause,
    )(() => {
      told.runs += 1;
      return Promise.resolve(told.runs);
    });
  return { run, told };
}

describe('a commit', () => {
  it.each([
    ['the server that was to do it is not found again', unheard],
    ['its outcome is unknown', unknown],
    ['it was cut short while a connection was made for it', () => answered(18, 'HandshakeError')],
  ])('is asked for again where %s', async (_, failure) => {
    const { run, told } = committing(failure(), 'done');
    expect(await run()).toBe(1);
    expect(told).toEqual({ commits: 2, runs: 1 });
  });

  it('that never came to be is made again with its work', async () => {
    const { run, told } = committing(unheard(), gone(), 'done');
    expect(await run()).toBe(2);
    expect(told).toEqual({ commits: 3, runs: 2 });
  });

  it.each([
    ['whose server stays away', [unheard()]],
    ['of which nothing more is learned', [unknown(), answered(13)]],
  ])('%s has an unknown outcome', async (_, ends) => {
    const { run, told } = committing(...ends);
    await expect(run()).rejects.toMatchObject({ code: 'STORAGE_OUTCOME_UNKNOWN' });
    expect(told).toEqual({ commits: 8, runs: 1 });
  });

  it('that the server refuses outright is a defect', async () => {
    const refused = answered(13);
    const { run, told } = committing(refused);
    await expect(run()).rejects.toBe(refused);
    expect(told).toEqual({ commits: 1, runs: 1 });
  });
});

describe('a unit of work', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('that outlives what MongoDB gives a transaction is not tried again', async () => {
    const { run, told } = committing(gone());
    vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(1_000).mockReturnValue(60_000);
    await expect(run()).rejects.toThrow('other transactions were in the way');
    expect(told.runs).toBe(2);
  });
});

describe('what a caller is told', () => {
  it.each([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436])(
    'of a member that is not the primary now (%i) is that the database does not answer',
    (code) => {
      expect(asThrown(answered(code))).toMatchObject({ code: 'STORAGE_UNREACHABLE' });
      expect(asThrown(answered(code, 'TransientTransactionError'))).toMatchObject({ code: 'STORAGE_UNREACHABLE' });
    },
  );
});
