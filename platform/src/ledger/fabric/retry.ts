import { rest } from '../../runtime/index.ts';
import { LedgerFailure } from '../port.ts';
import { endorseFailure } from './failures.ts';

const firstDelayMs = 50;

/**
 * Tries again what had no effect and may pass: a peer one block behind, a contract server that is just coming back. It waits 50 ms, and twice as long each
 * time. A refusal of the contract is final; what was handed to ordering is `orderEnvelope`'s.
 * @param wait in milliseconds
 */
export async function tryAgain<Value>(
  attempts: number,
  attemptOnce: () => Promise<Value>,
  wait: (milliseconds: number) => Promise<void> = rest,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce();
    } catch (error) {
      const failure = endorseFailure(error);
      const mayPass = failure instanceof LedgerFailure && failure.kind === 'endorse-failed';
      if (!mayPass || attempt >= attempts) throw failure;
      await wait(firstDelayMs * 2 ** (attempt - 1));
    }
  }
}
