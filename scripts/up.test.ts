import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const folders: string[] = [];
const children: ChildProcess[] = [];
const soon = { timeout: 60_000, interval: 50 };

/** Stands in for the command line: notes what it was asked and its process, serves or imports until it is told to end. */
const standIn = `
import { appendFileSync } from 'node:fs';
const [what] = process.argv.slice(2);
appendFileSync('calls', what + ' ' + process.pid + '\\n');
const isBusy = what === 'serve' || process.env.SLOW_IMPORT === 'true';
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  appendFileSync('calls', signal + ' ' + process.pid + '\\n');
  setTimeout(() => process.exit(what === 'serve' ? 0 : 1), 100);
});
if (what === 'serve') console.log('listens on http://here');
if (isBusy) setInterval(() => undefined, 1000);
`;

/** A clone in which everything that takes long stands in: packages are there, the build is a note, the server is a process that waits. */
function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-up-'));
  folders.push(folder);
  cpSync('scripts', join(folder, 'scripts'), { recursive: true, filter: (path) => !/\.(test\.)?ts$/.test(path) });
  cpSync('package-lock.json', join(folder, 'package-lock.json'));
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: { readonly up: string } };
  const build = `echo build 0 >> calls`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { up: scripts.up, build } }));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node_modules', '.bin', 'node'));
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  writeFileSync(join(folder, 'node_modules', '.tanhui-lock'), lock);
  const command = join(folder, 'platform', 'dist', 'cli', 'tanhui.js');
  mkdirSync(dirname(command), { recursive: true });
  writeFileSync(command, standIn);
  return folder;
}

function up(folder: string, settings: Readonly<Record<string, string>> = {}) {
  const child = spawn('npm', ['run', '--silent', 'up'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TANHUI_PORT: '0', ...settings },
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
  return { child, ended };
}

/** What was called in a clone, in order. */
function callsIn(folder: string): readonly (readonly [what: string, process: number])[] {
  if (!existsSync(join(folder, 'calls'))) return [];
  const lines = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  return lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])] as const);
}

function namesIn(folder: string): readonly string[] {
  return callsIn(folder).map(([what]) => what);
}

/** Who says that he works in a clone. */
function entriesIn(folder: string): readonly string[] {
  return readdirSync(join(folder, '.tanhui', 'up'));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilServing(folder: string): Promise<number> {
  await expect.poll(() => namesIn(folder), soon).toContain('serve');
  return callsIn(folder).find(([what]) => what === 'serve')?.[1] ?? 0;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) {
    for (const [, pid] of callsIn(folder)) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('npm run up', () => {
  it('builds, imports and serves, and a SIGTERM to npm ends the server before npm ends', async () => {
    const folder = clone();
    const { child, ended } = up(folder);
    const server = await untilServing(folder);
    expect(namesIn(folder)).toEqual(['build', 'import', 'serve']);
    child.kill('SIGTERM');
    await ended;
    expect(isAlive(server)).toBe(false);
    expect(namesIn(folder)).toEqual(['build', 'import', 'serve', 'SIGTERM']);
    expect(entriesIn(folder)).toEqual([]);
  });

  it('leaves no server behind where npm itself is killed', async () => {
    const folder = clone();
    const { child } = up(folder);
    const server = await untilServing(folder);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(server), soon).toBe(false);
    expect(namesIn(folder).at(-1)).toBe('SIGTERM');
  });

  it('ends an import under way too, and does not serve after it', async () => {
    const folder = clone();
    const { child, ended } = up(folder, { SLOW_IMPORT: 'true' });
    await expect.poll(() => namesIn(folder), soon).toContain('import');
    child.kill('SIGTERM');
    await ended;
    expect(namesIn(folder)).toEqual(['build', 'import', 'SIGTERM']);
    expect(callsIn(folder).map(([, pid]) => pid > 0 && isAlive(pid))).not.toContain(true);
  });

  it('says plainly that it is at work here already, and leaves the first one alone', async () => {
    const folder = clone();
    const first = up(folder);
    const server = await untilServing(folder);
    const second = await up(folder).ended;
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/at work in this folder already \(process \d+\)[\s\S]*已在运行/);
    expect(isAlive(server)).toBe(true);
    expect(namesIn(folder)).toEqual(['build', 'import', 'serve']);
    first.child.kill('SIGTERM');
    await first.ended;
  });

  it('takes over from a killed one, and from one whose number somebody else has been given since', async () => {
    const folder = clone();
    const first = up(folder);
    const server = await untilServing(folder);
    const [left = ''] = entriesIn(folder);
    for (const pid of [Number(left.split('-')[0]), server]) process.kill(pid, 'SIGKILL');
    await first.ended;
    expect(entriesIn(folder)).toEqual([left]);
    writeFileSync(join(folder, '.tanhui', 'up', `${String(process.pid)}-1`), '');
    rmSync(join(folder, 'calls'));
    const { child, ended } = up(folder);
    await untilServing(folder);
    expect(entriesIn(folder)).toHaveLength(1);
    child.kill('SIGTERM');
    await ended;
  });

  it('lets one of many work that start at once', async () => {
    const folder = join(clone(), '.tanhui', 'up');
    const source = `import { lockClone } from ${JSON.stringify(join(process.cwd(), 'scripts', 'up-guards.mjs'))};
      const release = await lockClone(${JSON.stringify(folder)});
      console.log(release === undefined ? 'refused' : 'held');
      if (release !== undefined) setTimeout(() => undefined, 60_000);`;
    const outcomes: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', source]);
      children.push(child);
      child.stdout.on('data', (part: Buffer) => outcomes.push(part.toString().trim()));
    }
    await expect.poll(() => outcomes.length).toBe(5);
    expect(outcomes.toSorted()).toEqual(['held', 'refused', 'refused', 'refused', 'refused']);
  });

  it('says before any work that its port is taken, and which setting to change', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const port = String((holder.address() as AddressInfo).port);
    const folder = clone();
    const { code, output } = await up(folder, { TANHUI_PORT: port }).ended;
    holder.close();
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`CONFIG_PORT_TAKEN.*port ${port}.*TANHUI_PORT=${String(Number(port) + 1)}[\\s\\S]*端口已被占用`),
    );
    expect(namesIn(folder)).toEqual([]);
    expect(entriesIn(folder)).toEqual([]);
  });
});
