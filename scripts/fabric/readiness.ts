import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { host } from './layout.ts';

export interface Waiting {
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Throws while the answer is not good. */
  readonly ask: () => Promise<void>;
  /** Why there is nothing to wait for any more. */
  readonly giveUp?: () => string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Asks until the answer is good; the last reason is in the error. */
export async function until(what: string, options: Waiting): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    try {
      await options.ask();
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      const reason = options.giveUp?.();
      if (reason !== undefined) throw new Error(reason, { cause: error });
      if (Date.now() > deadline)
        throw new Error(`${what}: not within ${options.timeoutMs} ms: ${(error as Error).message}`, { cause: error });
    }
    await delay(options.everyMs);
  }
}

const answerMs = 2_000;

/** `/healthz` of a peer or an orderer. */
export async function askHealth(operationsPort: number): Promise<void> {
  const answer = await fetch(`http://${host}:${operationsPort}/healthz`, { signal: AbortSignal.timeout(answerMs) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`health ${answer.status}: ${text}`);
}

/** Whether one of these orderers leads the channel. */
export async function askLeader(channel: string, operationsPorts: readonly number[]): Promise<void> {
  const wanted = `consensus_etcdraft_is_leader{channel="${channel}"} 1`;
  for (const port of operationsPorts) {
    const answer = await fetch(`http://${host}:${port}/metrics`, { signal: AbortSignal.timeout(answerMs) });
    if ((await answer.text()).includes(wanted)) return;
  }
  throw new Error('no orderer leads yet');
}

/** Whether something accepts connections there. */
export function askListening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: answerMs });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
  });
}

/** Below the range from which systems take the ports of outgoing connections, so that a stopped network finds its ports again. */
const firstPort = 20_000;
const lastPort = 32_000;

export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  const offset = Math.floor(Math.random() * (lastPort - firstPort));
  for (let step = 0; ports.length < count && step < lastPort - firstPort; step += 1) {
    const port = firstPort + ((offset + step) % (lastPort - firstPort));
    if (await isFree(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`no ${count} free ports between ${firstPort} and ${lastPort}`);
  return ports;
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
