import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../config.ts';

type Place = Pick<Config, 'dataFolder'>;

/** Where to reach, on this machine, what listens on every address of it. */
const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/** The address by which a server that listens at this host is reached from its own machine. */
export function urlOf(host: string, port: number): string {
  const { hostname } = new URL(`http://${isIPv6(host) ? `[${host}]` : host}`);
  return `http://${loopbackOf[hostname] ?? hostname}:${String(port)}`;
}

/** Says where the server of these files listens, so that commands find it. Gives what takes it back. */
export function announce({ dataFolder, host }: Place & Pick<Config, 'host'>, port: number): () => void {
  const url = urlOf(host, port);
  writeFileSync(fileIn(dataFolder), JSON.stringify({ url, process: process.pid }));
  return () => {
    forget({ dataFolder });
  };
}

/** What the last server of these files said: it may have ended since without a word. */
export function announced({ dataFolder }: Place): string | undefined {
  try {
    const { url } = JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')) as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    // Not there, or cut short by a crash: either way nobody is to be found by it.
    return undefined;
  }
}

/** Takes back what a server said that ended without doing so. */
export function forget({ dataFolder }: Place): void {
  rmSync(fileIn(dataFolder), { force: true });
}

function fileIn(dataFolder: string): string {
  return join(dataFolder, 'server.json');
}
