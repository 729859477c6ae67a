import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../runtime/index.ts';
import { LedgerFailure } from '../port.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { createEngine } from './engine.ts';
import type { Reply, Request } from './protocol.ts';

/** The engine's thread: one question at a time is answered when it can be; a status waits for its block. */
function serve(settings: EngineSettings): void {
  const engine = createEngine(settings, () => systemClock.now());
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
  const committed = (transactionId: string, timeoutMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (!isOpen(transactionId)) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, timeoutMs);
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      waiting.set(transactionId, [...(waiting.get(transactionId) ?? []), wake]);
    });
  parentPort?.on('message', ({ id, request }: { readonly id: number; readonly request: Request }) => {
    answer(engine, committed, request).then(
      (value) => {
        parentPort?.postMessage({ id, ok: true, value } satisfies Reply);
        if (request.ask === 'close') parentPort?.close();
      },
      (error: unknown) => {
        parentPort?.postMessage(failureOf(id, error));
      },
    );
  });
}

function failureOf(id: number, error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof LedgerFailure
    ? { id, ok: false, message, failure: { kind: error.kind, contractCode: error.contractCode } }
    : { id, ok: false, message };
}

async function answer(
  engine: Engine,
  committed: (transactionId: string, timeoutMs: number) => Promise<void>,
  request: Request,
): Promise<unknown> {
  switch (request.ask) {
    case 'evaluate':
      return engine.evaluate(request.call);
    case 'endorse':
      return engine.endorse(request.call);
    case 'submit':
      engine.submit(request.envelope);
      return null;
    case 'status':
      await committed(request.transactionId, request.timeoutMs);
      return statusOf(engine, request.transactionId);
    default:
      return read(engine, request);
  }
}

function statusOf(engine: Engine, transactionId: string): unknown {
  const commit = engine.commitOf(transactionId);
  if (commit !== undefined) return commit;
  const why = engine.isLetGo(transactionId) ? 'the ledger’s disk is full' : 'no block holds the transaction yet';
  throw new LedgerFailure('outcome-unknown', why, { transactionId });
}

function read(
  engine: Engine,
  request: Exclude<Request, { ask: 'evaluate' | 'endorse' | 'submit' | 'status' }>,
): unknown {
  switch (request.ask) {
    case 'transaction':
      return engine.transaction(request.transactionId) ?? null;
    case 'height':
      return engine.ledger.state.height();
    case 'block':
      return engine.ledger.blocks.block(request.number) ?? null;
    case 'events':
      return engine.events(request.from);
    case 'copy':
      engine.ledger.blocks.copyTo(request.path);
      return null;
    case 'close':
      engine.ledger.state.close();
      engine.ledger.blocks.close();
      return null;
  }
}

serve(workerData as EngineSettings);
