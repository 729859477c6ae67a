import type { Log } from '../kernel/index.ts';
import { rest } from './rest.ts';

/** 清理工: takes away what has expired, in small steps and rarely. */
export interface Forgetter {
  start(): void;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;

export function createForgetter(log: Log, forget: () => Promise<boolean>): Forgetter {
  const aborted = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(log, forget, aborted.signal);
    },
    async stop() {
      aborted.abort();
      await running;
    },
  };
}

async function loop(log: Log, forget: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      while (await forget());
    } catch (error) {
      log.error('forget.defect', {}, error);
    }
    await rest(hourMs, signal);
  }
}
