import { setTimeout as sleep } from 'node:timers/promises';
import { ClientUnreachable, createClient } from '@tanhui/sdk/client';
import type { Locale, TanhuiClient } from '@tanhui/sdk/client';
import { compose, orStop } from '../compose.ts';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { createTokens } from '../http/index.ts';
import { Refusal, without } from '../kernel/index.ts';
import { systemClock, systemRandom } from '../runtime/index.ts';
import { loadKeys } from '../runtime/keys.ts';
import { announced, forget, urlOf } from './announced.ts';
import { refuseCommand } from './refusals.ts';

/** A server that a command talks to: one that runs already, or one that it started itself and ends. */
export interface ServerHandle {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export interface Patience {
  /** How long a server that has the folder open, and does not answer yet, is waited for. */
  readonly waitMs: number;
  readonly betweenMs: number;
  /** Told once, where there is something to wait for. */
  readonly onWaiting: (holder: Refusal) => void;
}

const patience: Patience = {
  waitMs: 30_000,
  betweenMs: 500,
  onWaiting({ details }) {
    const { process: holder = '?' } = details;
    process.stderr.write(
      `Process ${String(holder)} has the data folder open and does not answer yet; waiting for it up to 30 seconds …\n`,
    );
  },
};

/**
 * Finds the running server, or starts one in this process under the store's lock: never a second writer on the files. What a server left behind that ended without a word
 * is not believed; one that holds the lock and does not answer yet is starting, or is another command's, and is waited for.
 */
export async function reachServer(config: Config, { waitMs, betweenMs, onWaiting } = patience): Promise<ServerHandle> {
  const token = await operatorToken(config);
  const until = performance.now() + waitMs;
  for (let isFirst = true; ; isFirst = false) {
    const url = await runningServer(config, token);
    if (url !== undefined) return { url, token, close: () => Promise.resolve() };
    const here = await startHere(config, token);
    if (!(here instanceof Refusal)) return here;
    if (performance.now() > until) throw refuseCommand('COMMAND_FOLDER_BUSY', busy(config, here, waitMs), here);
    if (isFirst) onWaiting(here);
    await sleep(betweenMs);
  }
}

function busy({ dataFolder: folder }: Config, { details }: Refusal, waitMs: number) {
  return { folder, seconds: waitMs / 1_000, process: details['process'] };
}

/** A server for one command, on the loopback alone; where another process holds the files, says which. */
async function startHere(config: Config, token: string): Promise<ServerHandle | Refusal> {
  const host = '127.0.0.1';
  try {
    const platform = await compose({ ...without(config, 'metrics'), host, port: 0, logLevel: 'warn' });
    // The lock is ours, so whoever said that he listens has ended.
    if (config.store.engine === 'sqlite') forget(config);
    const port = await orStop(platform, () => platform.start());
    return { url: urlOf(host, port), token, close: () => platform.stop() };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'STORAGE_LOCKED') return error;
    throw error;
  }
}

/** Runs an act against the server of these settings, and ends the server again if it was started for it. Refuses in plain words where the server falls silent. */
export async function useServer(config: Config, act: (server: ServerHandle) => Promise<void>): Promise<void> {
  const server = await reachServer(config);
  try {
    await act(server);
  } catch (error) {
    if (error instanceof ClientUnreachable) throw refuseCommand('COMMAND_NO_ANSWER', { address: server.url }, error);
    throw error;
  } finally {
    await server.close();
  }
}

/** The same with a client, for this machine's settings. */
export async function withServer(
  act: (server: { readonly client: TanhuiClient; readonly config: Config }) => Promise<void>,
): Promise<void> {
  const config = readConfig();
  await useServer(config, ({ url, token }) =>
    act({ client: createClient({ baseUrl: url, token, locale: localeOf(process.env['LANG']) }), config }),
  );
}

/** The language of the terminal. */
export function localeOf(language = ''): Locale {
  return language.startsWith('zh') ? 'zh-CN' : 'en';
}

/** Where the server of these files answers. Another one may have taken the port since: only our own takes a token that was signed with the keys of this folder. */
async function runningServer(config: Config, token: string): Promise<string | undefined> {
  const url = announced(config);
  if (url === undefined) return undefined;
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/v1/programmes`, { headers, signal: AbortSignal.timeout(2_000) });
    return answer.ok ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Who can read the installation's keys is its operator: the command line signs itself in. */
export function operatorToken(config: Config): Promise<string> {
  const keys = loadKeys(config.dataFolder, systemRandom, config.mode);
  return createTokens(keys.tokens, systemClock).issue({ subject: 'operator-cli', role: 'operator' });
}
