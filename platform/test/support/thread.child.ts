import { setTimeout } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import type { Schedule } from '../../src/runtime/thread.ts';
import { serveThread } from '../../src/runtime/thread.ts';

/** An error that says more than its message. */
class Told extends Error {
  override readonly name = 'Told';
  readonly why: string;

  constructor(message: string, why: string) {
    super(message);
    this.why = why;
  }
}

const order: string[] = [];

/** What the tests of threads ask another thread for. */
export const service = {
  data: () => workerData as unknown,
  variable: (name: string) => process.env[name],
  flags: () => process.execArgv,
  note: (what: string) => order.push(what),
  /** Keeps the thread busy. */
  slowly: (what: string, milliseconds: number) => {
    for (const end = performance.now() + milliseconds; performance.now() < end;);
    return order.push(what);
  },
  noted: () => order,
  later: async (milliseconds: number) => {
    await setTimeout(milliseconds);
    return milliseconds;
  },
  fail: (message: string, why: string): never => {
    throw new Told(message, why);
  },
  failLater: (message: string) => Promise.reject(new Error(message)),
  die: () => {
    queueMicrotask(() => {
      throw new Error('it broke');
    });
  },
  leave: () => process.exit(0),
  wait: () => setTimeout(60_000, undefined, { ref: false }),
};

/** For the tests of order: what begins with `slow` waits for everything else. */
const schedule: Schedule = {
  next: (waiting) =>
    Math.max(
      0,
      waiting.findIndex(({ args }) => !String(args[0]).startsWith('slow')),
    ),
  isLong: ({ args }) => String(args[0]).startsWith('slow'),
};

serveThread(service, {
  ...((workerData as { readonly isScheduled?: boolean }).isScheduled === true && { schedule }),
  detailsOf: (error) => (error instanceof Told ? { why: error.why } : undefined),
});
