import { parentPort, Worker } from 'node:worker_threads';

/** What another thread offers: functions over plain data. */
type Offer = { readonly [name: string]: (...args: never[]) => unknown } | object;
type Names<Api> = keyof Api & string;
type Arguments<Api, Name extends keyof Api> = Api[Name] extends (...args: infer Args) => unknown ? Args : never;
type Answer<Api, Name extends keyof Api> = Api[Name] extends (...args: never[]) => infer Result
  ? Awaited<Result>
  : never;

/** Another thread and how it is asked: calls are carried out in the order in which they were made, and those made in one go travel in one message. */
export interface Thread<Api extends Offer> {
  call<Name extends Names<Api>>(name: Name, ...args: Arguments<Api, Name>): Promise<Answer<Api, Name>>;
  readonly isAlive: boolean;
  end(): Promise<void>;
}

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

export interface ThreadOptions {
  readonly file: URL;
  /** Plain data that the thread starts with. */
  readonly data: unknown;
  readonly maxHeapMegabytes: number;
  /** Makes an error of the other thread one of this thread again. */
  readonly revive?: (error: { readonly name: string; readonly message: string }) => Error;
}

/** What is made and gone within a call; left to itself it grows to a hundred megabytes a thread. */
const youngMegabytes = 6;

export function openThread<Api extends Offer>(options: ThreadOptions): Thread<Api> {
  const worker = new Worker(options.file, {
    workerData: options.data,
    execArgv: ['--conditions=tanhui-source'],
    resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const revive = options.revive ?? (({ message }) => new Error(message));
  let [last, stopped] = [0, undefined as Error | undefined];
  const stop = (error: Error): void => {
    stopped ??= error;
    for (const { reject } of waiting.values()) reject(stopped);
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
    stop(new Error('the thread has ended'));
  });
  const send = createOutbox<Asked>((asked) => {
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
        send({ id: last, name, args });
      }),
    get isAlive() {
      return stopped === undefined;
    },
    async end() {
      if (stopped !== undefined) return;
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage(null);
      await ended;
    },
  };
}

/** Gathers what is sent until whoever sends has nothing more to do at once. */
function createOutbox<Item>(post: (items: readonly Item[]) => void): (item: Item) => void {
  let items: Item[] = [];
  return (item) => {
    items.push(item);
    if (items.length > 1) return;
    queueMicrotask(() => {
      const ready = items;
      items = [];
      post(ready);
    });
  };
}

/** In the other thread: carries out what is asked. */
export function serveThread(api: Offer): void {
  const functions = api as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const reply = createOutbox<Reply>((replies) => {
    parentPort?.postMessage(replies);
  });
  parentPort?.on('message', (message: readonly Asked[] | null) => {
    if (message === null) {
      parentPort?.close();
      return;
    }
    for (const asked of message) carryOut(functions, asked, reply);
  });
}

/** What is answered at once is answered in the order in which it was asked; the rest when it is ready. */
function carryOut(
  functions: Readonly<Record<string, (...args: unknown[]) => unknown>>,
  { id, name, args }: Asked,
  reply: (reply: Reply) => void,
): void {
  const refuse = (error: unknown): void => {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    reply({ id, error: { name: kind, message } });
  };
  try {
    const value = functions[name]?.(...args);
    if (value instanceof Promise)
      value.then((settled: unknown) => {
        reply({ id, value: settled });
      }, refuse);
    else reply({ id, value });
  } catch (error) {
    refuse(error);
  }
}
