import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { lockFile } from '../../src/storage/sqlite/lock.ts';

/**
 * 测试用数据库服务器: SecantusDB speaks MongoDB's wire protocol with real transactions and comes from a package registry, so the adapter meets a real wire on any machine with
 * Python. It is a tool of the tests (GPL-2.0), not MongoDB, and no part of what ships; `MONGODB_URI` runs the same on a MongoDB of one's own.
 */
const release = 'secantusdb==0.7.0b3';
const cache = fileURLToPath(new URL('../../../.cache/mongo-wire/', import.meta.url));
const python = join(cache, 'venv', 'bin', 'python');
const stamp = join(cache, release);
const startTimeoutMs = 300_000;

export interface MongoServer {
  readonly name: string;
  /** Address of a database on it; each test takes one of its own. */
  uriOf(database: string): string;
  /** Takes a test's database away again, where it would stay. */
  discard(uri: string): Promise<void>;
  stop(): Promise<void>;
}

export type FoundServer = MongoServer | { readonly missing: string };

/** The MongoDB of `MONGODB_URI`, or a wire server of our own, or what is missing for one. */
export async function findMongoServer(uri = process.env['MONGODB_URI']): Promise<FoundServer> {
  if (uri !== undefined && uri !== '') return ownServer(uri);
  try {
    await install();
  } catch (error) {
    return {
      missing: `no MongoDB to test on (${(error as Error).message}): install python3 with venv and pip, or set MONGODB_URI`,
    };
  }
  return startWireServer();
}

/** For test files: the server, or nothing, with the reason on the terminal. */
export async function mongoServerForTests(): Promise<MongoServer | undefined> {
  const found = await findMongoServer();
  if (!('missing' in found)) return found;
  process.stdout.write(`skipped: ${found.missing}\n`);
  return undefined;
}

function ownServer(uri: string): MongoServer {
  const uriOf = (database: string): string => {
    const address = new URL(uri);
    address.pathname = `/${database}`;
    return address.href;
  };
  return { name: 'the server of MONGODB_URI', uriOf, discard: dropDatabase, stop: () => Promise.resolve() };
}

async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.close();
}

/** One installation for all worktrees' tests that run at once: the first makes it, the others wait. */
async function install(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const release_ = await waitForLock(join(cache, 'lock'));
  try {
    if (existsSync(stamp)) return;
    rmSync(join(cache, 'venv'), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', join(cache, 'venv')]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', release]);
    writeFileSync(stamp, '');
  } finally {
    release_();
  }
}

async function waitForLock(path: string): Promise<() => void> {
  for (let tried = 0; ; tried += 1) {
    try {
      return lockFile(path);
    } catch (error) {
      if (tried === 240) throw error;
      await rest(500);
    }
  }
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let last = '';
    child.stderr.on('data', (part: Buffer) => (last = part.toString().trim().split('\n').at(-1) ?? last));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')}: ${last}`));
    });
  });
}

/** Starts a wire server with an empty folder of its own, on a port that it takes itself: one that was looked for before would be another's by then. */
async function startWireServer(): Promise<MongoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-mongo-'));
  const server = spawn(
    join(cache, 'venv', 'bin', 'secantusd-py'),
    ['--port', '0', '--storage-path', folder, '--sync-on-commit', '--cache-size', '256M'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const end = (): void => void server.kill('SIGKILL');
  process.once('exit', end);
  const port = await listening(server);
  return {
    name: 'a MongoDB wire server (SecantusDB)',
    uriOf: (database) => `mongodb://127.0.0.1:${port}/${database}?replicaSet=secantus`,
    // It goes with its folder; to drop ten thousand rows takes this server a minute.
    discard: () => Promise.resolve(),
    async stop() {
      process.off('exit', end);
      const gone = new Promise((resolve) => server.once('exit', resolve));
      end();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Gives the port. */
function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const failed = (): void => {
      reject(new Error(`the wire server did not start: ${lines.slice(-5).join(' | ')}`));
    };
    const timer = setTimeout(failed, startTimeoutMs);
    server.once('exit', failed);
    server.once('error', failed);
    if (server.stderr === null) return;
    createInterface({ input: server.stderr }).on('line', (line) => {
      lines.push(line);
      const port = /listening on \S+:(\d+)/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      server.off('exit', failed);
      resolve(port);
    });
  });
}
