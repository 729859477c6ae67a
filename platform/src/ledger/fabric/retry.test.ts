import { describe, expect, it } from 'vitest';
import { LedgerFailure } from '../port.ts';
import { tryAgain } from './retry.ts';

/** Fails so often in this way, then answers; gives what came of it and what was waited. */
async function tried(failures: number, failure: Error, attempts = 4) {
  const waited: number[] = [];
  let left = failures;
  const attemptOnce = () => (left-- > 0 ? Promise.reject(failure) : Promise.resolve('answered'));
  const answer = await tryAgain(attempts, attemptOnce, (milliseconds) => {
    waited.push(milliseconds);
    return Promise.resolve();
  }).catch((error: unknown) => error);
  return { answer, waited };
}

const away = new LedgerFailure('endorse-failed', 'connection refused');

describe('trying an endorsement again', () => {
  it('goes on until there is an answer, and waits twice as long each time', async () => {
    expect(await tried(0, away)).toEqual({ answer: 'answered', waited: [] });
    expect(await tried(3, away)).toEqual({ answer: 'answered', waited: [50, 100, 200] });
  });

  it('ends with the failure when every attempt failed', async () => {
    expect(await tried(4, away)).toEqual({ answer: away, waited: [50, 100, 200] });
    expect(await tried(1, away, 1)).toEqual({ answer: away, waited: [] });
  });

  it.each([new LedgerFailure('contract-refused', 'DAY_CLOSED: 2026-03-01'), new TypeError('a defect')])(
    'does not try again after %s',
    async (failure) => {
      expect(await tried(1, failure)).toEqual({ answer: failure, waited: [] });
    },
  );
});
