import { settleMemory } from './memory.ts';
import { parentPort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** What another thread offers: functions over plain data. */
type Offer = { readonly [name: string]: (...args: never[]) => unknown } | object;
type Names<Api> = keyof Api & string;
type Arguments<Api, Name extends keyof Api> = Api[Name] extends (...args: infer Args) => unknown ? Args : never;
type Answer<Api, Name extends keyof Api> = Api[Name] extends (...args: never[]) => infer Result
  ? Awaited<Result>
  : never;

/** Another thread and how it is asked: calls are carried out in the order of its schedule, by itself that in which they were made, and those made in one go travel in one message. */
export interface Thread<Api extends Offer> {
  call<Name extends Names<Api>>(name: Name, ...args: Arguments<Api, Name>): Promise<Answer<Api, Name>>;
  readonly isAlive: boolean;
  end(): Promise<void>;
}

/** A call that waits to be carried out. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Asked extends Call {
  readonly id: number;
}

/** An error of another thread, as it travels. */
export interface ToldError {
  readonly name: string;
  readonly message: string;
  /** Plain data of the error's own, where the thread tells any. */
  readonly details?: unknown;
}

type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: ToldError };

export interface ThreadOptions {
  readonly file: URL;
  /** Plain data that the thread starts with. */
  readonly data: unknown;
  readonly maxHeapMegabytes: number;
  /** Of Node's own, for this thread only. */
  readonly flags?: readonly string[];
  /** All that the thread finds in its environment; what this one has where it is absent. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Makes an error of the other thread one of this thread again. */
  readonly revive?: (error: ToldError) => Error;
  /** What is said when the thread has ended, by a failure of its own where there is one: to calls that wait for their answer, and to those that come later. */
  readonly ended?: (cause: Error | undefined) => { readonly waiting: Error; readonly later: Error };
}

/** Whether this runs from sources rather than from what was built of them. */
const isFromSource = import.meta.url.endsWith('.ts');

/** What is made and gone within a call; left to itself it grows to a hundred megabytes a thread. */
const youngMegabytes = 6;

export function openThread<Api extends Offer>(options: ThreadOptions): Thread<Api> {
  const worker = new Worker(options.file, {
    workerData: options.data,
    execArgv: [...(isFromSource ? ['--conditions=tanhui-source'] : []), ...(options.flags ?? [])],
    ...(options.environment !== undefined && { env: options.environment }),
    resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const { revive = plainError, ended = plainEnd } = options;
  let [last, stopped] = [0, undefined as Error | undefined];
  const stop = (cause?: Error): void => {
    const errors = ended(cause);
    stopped ??= errors.later;
    for (const { reject } of waiting.values()) reject(errors.waiting);
    waiting.clear();
  };
  worker.on('message', (replies: readonly Reply[]) => {
    for (const reply of replies) {
      const waiter = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('error' in reply) waiter?.reject(revive(reply.error));
      else waiter?.resolve(reply.value);
    }
  });
  worker.on('error', stop);
  worker.on('exit', () => {
    stop();
  });
  const outbox = createOutbox<Asked>((asked) => {
    worker.postMessage(asked);
  });
  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (stopped !== undefined) {
          reject(stopped);
          return;
        }
        last += 1;
        waiting.set(last, { resolve: resolve as (value: unknown) => void, reject });
        outbox.send({ id: last, name, args });
      }),
    get isAlive() {
      return stopped === undefined;
    },
    async end() {
      if (stopped !== undefined) return;
      const exit = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage(null);
      await exit;
    },
  };
}

function plainError({ message }: ToldError): Error {
  return new Error(message);
}

function plainEnd(cause = new Error('the thread has ended')): { readonly waiting: Error; readonly later: Error } {
  return { waiting: cause, later: cause };
}

/** Gathers what is sent until whoever sends has nothing more to do at once. */
function createOutbox<Item>(post: (items: readonly Item[]) => void): { send(item: Item): void; flush(): void } {
  let items: Item[] = [];
  const flush = (): void => {
    if (items.length === 0) return;
    const ready = items;
    items = [];
    post(ready);
  };
  return {
    send(item) {
      items.push(item);
      if (items.length === 1) queueMicrotask(flush);
    },
    flush,
  };
}

/** Plain data of an error that shall travel with its name and message. */
type DetailsOf = (error: unknown) => unknown;

/** In which order a thread carries out what waits. */
export interface Schedule {
  /** Place of the next one. */
  next(waiting: readonly Call[]): number;
  /** Whether it may take long: what was answered before it is told first, and what comes meanwhile is looked at behind it. */
  isLong(call: Call): boolean;
}

const inOrder: Schedule = { next: () => 0, isLong: () => false };

/** In the other thread: carries out what is asked. */
export function serveThread(
  api: Offer,
  {
    detailsOf = () => undefined,
    schedule = inOrder,
  }: { readonly detailsOf?: DetailsOf; readonly schedule?: Schedule } = {},
): void {
  const functions = api as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const replies = createOutbox<Reply>((ready) => {
    parentPort?.postMessage(ready);
  });
  const waiting: Asked[] = [];
  const one = (asked: Asked): void => {
    carryOut(functions, asked, (answer) => {
      replies.send(
        'error' in answer ? { id: asked.id, error: told(answer.error, detailsOf) } : { id: asked.id, ...answer },
      );
    });
  };
  const take = (message: readonly Asked[] | null): void => {
    if (message === null) parentPort?.close();
    else waiting.push(...message);
  };
  settleMemory();
  parentPort?.on('message', (message: readonly Asked[] | null) => {
    take(message);
    while (waiting.length > 0) {
      const [asked] = waiting.splice(schedule.next(waiting), 1);
      if (asked === undefined) continue;
      if (!schedule.isLong(asked)) {
        one(asked);
        continue;
      }
      replies.flush();
      one(asked);
      for (let more = received(); more !== undefined; more = received()) take(more.message);
    }
  });
}

function received(): { readonly message: readonly Asked[] | null } | undefined {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort);
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** What is answered at once is answered in the order in which it was asked; the rest when it is ready. */
function carryOut(
  functions: Readonly<Record<string, (...args: unknown[]) => unknown>>,
  { name, args }: Asked,
  answer: (outcome: Outcome) => void,
): void {
  const refuse = (error: unknown): void => {
    answer({ error });
  };
  try {
    const value = functions[name]?.(...args);
    if (value instanceof Promise)
      value.then((settled: unknown) => {
        answer({ value: settled });
      }, refuse);
    else answer({ value });
  } catch (error) {
    refuse(error);
  }
}

function told(error: unknown, detailsOf: DetailsOf): ToldError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, details: detailsOf(error) };
}
