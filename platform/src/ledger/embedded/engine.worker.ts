import { workerData } from 'node:worker_threads';
import { systemClock } from '../../runtime/index.ts';
import { serveThread } from '../../runtime/thread.ts';
import type { Commit } from '../port.ts';
import { LedgerFailure } from '../port.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { createEngine } from './engine.ts';
import type { EngineService, FailureDetails } from './protocol.ts';

/** The engine in its thread: everything is answered when it can be; a status waits for its block. */
function serviceOf(engine: Engine): EngineService {
  const committed = waitingForBlocks(engine);
  return {
    evaluate: (call) => engine.evaluate(call),
    endorse: (call) => engine.endorse(call),
    submit: (envelope) => {
      engine.submit(envelope);
    },
    status: async (transactionId, timeoutMs) => {
      await committed(transactionId, timeoutMs);
      return statusOf(engine, transactionId);
    },
    transaction: (transactionId) => engine.transaction(transactionId),
    height: () => engine.ledger.state.height(),
    block: (number) => engine.ledger.blocks.block(number),
    events: (from) => engine.events(from),
    copy: (path) => {
      engine.ledger.blocks.copyTo(path);
    },
    close: () => {
      engine.ledger.state.close();
      engine.ledger.blocks.close();
    },
  };
}

/** Waits until a transaction is in a block or was let go, or its time is over; waiting alone does not keep the thread alive. */
function waitingForBlocks(engine: Engine): (transactionId: string, timeoutMs: number) => Promise<void> {
  const waiting = new Map<string, (() => void)[]>();
  const isOpen = (transactionId: string): boolean =>
    engine.commitOf(transactionId) === undefined && !engine.isLetGo(transactionId);
  engine.onCut(() => {
    for (const [transactionId, wakers] of waiting) {
      if (isOpen(transactionId)) continue;
      waiting.delete(transactionId);
      for (const wake of wakers) wake();
    }
  });
  return (transactionId, timeoutMs) =>
    new Promise((resolve) => {
      if (!isOpen(transactionId)) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, timeoutMs).unref();
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      waiting.set(transactionId, [...(waiting.get(transactionId) ?? []), wake]);
    });
}

function statusOf(engine: Engine, transactionId: string): Commit {
  const commit = engine.commitOf(transactionId);
  if (commit !== undefined) return commit;
  const why = engine.isLetGo(transactionId) ? 'the ledger’s disk is full' : 'no block holds the transaction yet';
  throw new LedgerFailure('outcome-unknown', why, { transactionId });
}

function detailsOf(error: unknown): FailureDetails | undefined {
  if (!(error instanceof LedgerFailure)) return undefined;
  const { kind, contractCode } = error;
  return { kind, ...(contractCode !== undefined && { contractCode }) };
}

serveThread(serviceOf(createEngine(workerData as EngineSettings, () => systemClock.now())), { detailsOf });
