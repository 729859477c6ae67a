import type { Log } from '../kernel/index.ts';
import type { Lease } from '../storage/index.ts';
import { underLease } from '../storage/index.ts';
import { rest } from './rest.ts';
import { logTrouble } from './trouble.ts';

/** 例行工: does what has become due, in small steps, and then rests. */
export interface Routine {
  start(): void;
  stop(): Promise<void>;
}

export interface Chore {
  readonly name: string;
  /** One step, on the lease's store; answers whether more is to be done at once. */
  readonly step: () => Promise<boolean>;
}

/** Each chore is done to its end, then the next; a chore that fails is logged and does not hold up the others. */
export function createRoutine(
  log: Log,
  { everyMs, lease, chores }: { readonly everyMs: number; readonly lease: Lease; readonly chores: readonly Chore[] },
): Routine {
  const aborted = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(aborted.signal, async () => {
        for (const { name, step } of chores) {
          const leased = { name, step: () => underLease(lease, step, false) };
          await finish(log, leased, aborted.signal);
        }
        await rest(everyMs, aborted.signal);
      });
    },
    async stop() {
      aborted.abort();
      await running;
      await lease.release();
    },
  };
}

async function loop(signal: AbortSignal, round: () => Promise<void>): Promise<void> {
  while (!signal.aborted) await round();
}

async function finish(log: Log, { name, step }: Chore, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted && (await step()));
  } catch (error) {
    logTrouble(log.child({ chore: name }), 'routine', error);
  }
}
