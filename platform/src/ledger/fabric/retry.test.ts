import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validationCodes } from '../port.ts';
import { retryStep } from './retry.ts';

const first = { attempt: 1, jitter: 0 };

describe('retrying', () => {
  it('never retries what the contract refused', () => {
    expect(retryStep({ kind: 'contract-refused' }, first)).toEqual({ do: 'give-up' });
  });

  it('endorses again, later each time, where nothing reached the chain', () => {
    const delays = [1, 2, 3, 4].map((attempt) => retryStep({ kind: 'endorse-failed' }, { attempt, jitter: 0 }));
    expect(delays).toEqual([50, 100, 200, 400].map((afterMs) => ({ do: 'endorse-again', afterMs })));
    expect(retryStep({ kind: 'order-failed' }, { attempt: 1, jitter: 0.5 })).toEqual({
      do: 'endorse-again',
      afterMs: 75,
    });
  });

  it('asks before it sends again what may have been ordered', () => {
    expect(retryStep({ kind: 'outcome-unknown' }, first)).toEqual({ do: 'ask-status-then-resubmit', afterMs: 1_000 });
  });

  it('endorses a conflict again and nothing else that is invalid', () => {
    const invalid = (validationCode: number) => retryStep({ kind: 'commit-invalid', validationCode }, first).do;
    expect(invalid(validationCodes.mvccReadConflict)).toBe('endorse-again');
    expect(invalid(validationCodes.phantomReadConflict)).toBe('endorse-again');
    expect(invalid(validationCodes.endorsementPolicyFailure)).toBe('give-up');
    expect(invalid(validationCodes.badCreatorSignature)).toBe('give-up');
  });

  it('ends, and never waits longer than twice 800 ms for an endorsement', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, jitter) => {
          const step = retryStep({ kind: 'endorse-failed' }, { attempt, jitter });
          expect(step.do).toBe(attempt >= 5 ? 'give-up' : 'endorse-again');
          if (step.do !== 'give-up') expect(step.afterMs).toBeLessThanOrEqual(1_600);
        },
      ),
    );
  });
});
