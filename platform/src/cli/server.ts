import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@tanhui/sdk/client';
import type { Locale, TanhuiClient } from '@tanhui/sdk/client';
import { compose } from '../compose.ts';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { createTokens } from '../http/index.ts';
import { systemClock, systemRandom } from '../runtime/index.ts';
import { loadKeys } from '../runtime/keys.ts';

/** A server that a command talks to: one that runs already, or one that it started itself and ends. */
export interface ServerHandle {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

function addressFile(config: Config): string {
  return join(config.dataFolder, 'server.json');
}

/** Says where the server of these files listens, so that commands find it; never a second writer on the files. */
export function announce(config: Config, port: number): () => void {
  const url = `http://${config.host}:${String(port)}`;
  writeFileSync(addressFile(config), JSON.stringify({ url, process: process.pid }));
  return () => {
    rmSync(addressFile(config), { force: true });
  };
}

/** Finds the running server, or starts one in this process under the store's lock. */
export async function reachServer(config: Config): Promise<ServerHandle> {
  const running = await runningServer(config);
  const token = await operatorToken(config);
  if (running !== undefined) return { url: running, token, close: () => Promise.resolve() };
  const platform = await compose({ ...config, port: 0, logLevel: 'warn' });
  const port = await platform.start();
  return { url: `http://127.0.0.1:${String(port)}`, token, close: () => platform.stop() };
}

/** Runs an act against the server of this machine's settings, and ends the server again if it was started for it. */
export async function withServer(
  act: (server: { readonly client: TanhuiClient; readonly config: Config }) => Promise<void>,
): Promise<void> {
  const config = readConfig();
  const server = await reachServer(config);
  try {
    await act({
      client: createClient({ baseUrl: server.url, token: server.token, locale: localeOf(process.env['LANG']) }),
      config,
    });
  } finally {
    await server.close();
  }
}

/** The language of the terminal. */
export function localeOf(language = ''): Locale {
  return language.startsWith('zh') ? 'zh-CN' : 'en';
}

async function runningServer(config: Config): Promise<string | undefined> {
  if (!existsSync(addressFile(config))) return undefined;
  const { url } = JSON.parse(readFileSync(addressFile(config), 'utf8')) as { readonly url: string };
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })).ok ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Who can read the installation's keys is its operator: the command line signs itself in. */
export function operatorToken(config: Config): Promise<string> {
  const keys = loadKeys(config.dataFolder, systemRandom, config.mode);
  return createTokens(keys.tokens, systemClock).issue({ subject: 'operator-cli', role: 'operator' });
}
