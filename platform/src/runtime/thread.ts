import { parentPort, Worker } from 'node:worker_threads';

/** What another thread offers: functions over plain data. */
type Offer = { readonly [name: string]: (...args: never[]) => unknown } | object;
type Names<Api> = keyof Api & string;
type Arguments<Api, Name extends keyof Api> = Api[Name] extends (...args: infer Args) => unknown ? Args : never;
type Answer<Api, Name extends keyof Api> = Api[Name] extends (...args: never[]) => infer Result
  ? Awaited<Result>
  : never;

/** Another thread and how it is asked: calls are carried out in the order in which they were made. */
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
  worker.on('message', (reply: Reply) => {
    const waiter = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) waiter?.reject(revive(reply.error));
    else waiter?.resolve(reply.value);
  });
  worker.on('error', stop);
  worker.on('exit', () => {
    stop(new Error('the thread has ended'));
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
        worker.postMessage({ id: last, name, args } satisfies Asked);
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

/** In the other thread: carries out what is asked. */
export function serveThread(api: Offer): void {
  const functions = api as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  parentPort?.on('message', (asked: Asked | null) => {
    if (asked === null) {
      parentPort?.close();
      return;
    }
    carryOut(functions, asked).then(
      (reply) => {
        parentPort?.postMessage(reply);
      },
      () => undefined,
    );
  });
}

async function carryOut(
  functions: Readonly<Record<string, (...args: unknown[]) => unknown>>,
  { id, name, args }: Asked,
): Promise<Reply> {
  try {
    return { id, value: await functions[name]?.(...args) };
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { name: kind, message } };
  }
}
