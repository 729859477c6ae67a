import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that was started, with its start time, because a number may be given to another process later. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
}

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: string;
}

/** The variables a child needs of ours; nothing else is passed on. */
export function childEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...extra };
}

/** Becomes the program once it is told to, and ends where whoever should tell it is gone. */
const waitForWord = 'read -r word && exec "$0" "$@" </dev/null';

/**
 * Starts a process that outlives this one; its output goes to a file. It begins its work only after `keep` has its record: were this process killed between the two, nobody would
 * know whom to end.
 */
export function launch(wanted: Launch, keep: (record: ProcessRecord) => void): void {
  mkdirSync(dirname(wanted.log), { recursive: true });
  const log = openSync(wanted.log, 'a');
  const child = spawn('/bin/sh', ['-c', waitForWord, wanted.command, ...wanted.args], {
    cwd: wanted.cwd,
    env: childEnvironment(wanted.environment),
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  try {
    if (child.pid === undefined) throw new Error(`${wanted.name} did not start: ${wanted.command}`);
    keep(recordOf(wanted.name, child.pid));
    child.stdin?.end('go\n');
  } catch (error) {
    child.stdin?.destroy();
    throw error;
  }
}

export function recordOf(name: string, pid: number): ProcessRecord {
  return { name, pid, startedAt: startOf(pid) ?? '' };
}

/** When the process with this number began, or undefined when there is none (or only its remains). */
function startOf(pid: number): string | undefined {
  const stat = `/proc/${pid}/stat`;
  if (existsSync('/proc/self/stat')) {
    if (!existsSync(stat)) return undefined;
    try {
      const fields = readFileSync(stat, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      // The first thread may be gone while others still hold the ports.
      const isGone = fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1;
      return isGone ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const listed = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return listed.stdout.trim() || undefined;
}

export function isRunning(record: ProcessRecord): boolean {
  const start = startOf(record.pid);
  return start !== undefined && start === record.startedAt;
}

export function readProcesses(file: string): readonly ProcessRecord[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord[]) : [];
}

/** Written whole or not at all: a lost record would be a process that nobody ends. */
export function writeProcesses(file: string, records: readonly ProcessRecord[]): void {
  writeFileSync(`${file}.new`, JSON.stringify(records, undefined, 2));
  renameSync(`${file}.new`, file);
}

const politeMs = 10_000;
const killedMs = 5_000;

/** Ends these processes and no others, and waits until each is gone, because it holds its ports until then. */
export async function endProcesses(
  records: readonly ProcessRecord[],
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  const alive = records.filter(isRunning);
  for (const { pid } of alive) signalTo(pid, signal);
  const left = await waitForEnd(alive, politeMs);
  for (const { pid } of left) signalTo(pid, 'SIGKILL');
  const stuck = await waitForEnd(left, killedMs);
  if (stuck.length > 0)
    throw new Error(`still running: ${stuck.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function waitForEnd(records: readonly ProcessRecord[], timeoutMs: number): Promise<readonly ProcessRecord[]> {
  const until = Date.now() + timeoutMs;
  let left = records.filter(isRunning);
  while (left.length > 0 && Date.now() < until) {
    await delay(20);
    left = left.filter(isRunning);
  }
  return left;
}
