import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { findFabric } from '../platform/src/cli/fabric-binaries.ts';
import { checkout } from './fabric/command.ts';
import { placesOf } from './fabric/layout.ts';
import { lockFile } from './fabric/lock.ts';
import { eraseNetwork, processesOf, readState, startNetwork, stopNetwork } from './fabric/network.ts';
import { chaincodePackage } from './fabric/package.ts';
import type { ProcessRecord } from './fabric/processes.ts';
import { endProcesses, isRunning, launch, recordOf } from './fabric/processes.ts';

const root = mkdtempSync(join(tmpdir(), 'tanhui-network-'));
const folder = join(root, 'network');
const found = findFabric(process.env);
const because = found.isUsable ? found.version : `(${found.reason})`;
const patienceMs = 90_000;

afterAll(() => {
  rmSync(root, { recursive: true });
});

function start(say: (line: string) => void = () => undefined) {
  if (!found.isUsable) throw new Error(found.reason);
  return startNetwork({ folder, binaries: found.binaries, checkout, profile: 'raft-1', isProbe: false, say });
}

/** Every process of this machine that works in the folder or was told of it. */
function processesAround(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const told = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return told.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    });
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
}

describe('what stands beside a network', () => {
  it('makes the same package everywhere, named by its digest', () => {
    const options = { label: 'carbon_1', address: '127.0.0.1:20001', rootCertificate: 'certificate' };
    const { bytes, id } = chaincodePackage(options);
    expect(id).toBe(`carbon_1:${createHash('sha256').update(bytes).digest('hex')}`);
    expect(chaincodePackage(options).id).toBe(id);
    expect(chaincodePackage({ ...options, address: '127.0.0.1:20002' }).id).not.toBe(id);
  });

  it('lets one command work at a time, and takes over from one that was killed', () => {
    const path = join(root, 'a.lock');
    const release = lockFile(path);
    expect(() => lockFile(path)).toThrow(`process ${String(process.pid)}`);
    release();
    writeFileSync(path, JSON.stringify({ ...recordOf('command', process.pid), startedAt: 'earlier' }));
    lockFile(path)();
    writeFileSync(path, '{"pid":');
    lockFile(path)();
    expect(existsSync(`${path}.pid`)).toBe(false);
  });

  it('lets no process run whose record was not kept', async () => {
    const wanted = {
      name: 'sleeper',
      command: 'sleep',
      args: ['60'],
      cwd: root,
      environment: {},
      log: join(root, 'x'),
    };
    const kept: ProcessRecord[] = [];
    launch(wanted, (record) => kept.push(record));
    const lost: ProcessRecord[] = [];
    const losing = (record: ProcessRecord) => {
      lost.push(record);
      throw new Error('killed here');
    };
    expect(() => {
      launch(wanted, losing);
    }).toThrow('killed here');
    await expect.poll(() => lost.filter(isRunning)).toEqual([]);
    const commandOf = ({ pid }: ProcessRecord) => readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0')[0];
    await expect.poll(() => kept.map(commandOf)).toEqual(['sleep']);
    expect(kept.filter(isRunning)).toHaveLength(1);
    await endProcesses(kept);
    expect([kept.length, lost.length]).toEqual([1, 1]);
  });

  it('erases no folder that it did not make', async () => {
    writeFileSync(join(root, 'mine.txt'), 'x');
    await expect(eraseNetwork(root)).rejects.toThrow('does not hold a network of ours');
    expect(existsSync(join(root, 'mine.txt'))).toBe(true);
  });
});

describe.skipIf(!found.isUsable)(`a network of Hyperledger Fabric ${because}`, { timeout: patienceMs }, () => {
  afterEach(async () => {
    await stopNetwork(folder);
  }, patienceMs);

  it('keeps every key to its owner', async () => {
    await start();
    const keys = filesIn(folder).filter((file) => /_sk$|\.key$/.test(file));
    expect(keys.length).toBeGreaterThan(10);
    const modes = [folder, placesOf(folder).connection, ...keys].map((file) =>
      (statSync(file).mode & 0o777).toString(8),
    );
    expect(new Set(modes)).toEqual(new Set(['700', '600']));
  });

  it('leaves a running one as it is, starts what had ended, and is gone without a trace when it is stopped', async () => {
    await start();
    const first = processesOf(folder);
    expect(first.map(({ name }) => name).sort()).toEqual([
      ...['city', 'contract-city', 'contract-platform', 'orderer1', 'platform'],
    ]);
    const lines: string[] = [];
    await start((line) => lines.push(line));
    expect(lines[0]).toBe('already running 已在运行');
    expect(processesOf(folder)).toEqual(first);
    expect(await stopNetwork(folder)).toBe(5);
    expect(first.filter(isRunning)).toEqual([]);
    expect(processesAround()).toEqual([]);
    expect(await stopNetwork(folder)).toBe(0);
  });

  it('refuses a port that another program holds, by name, and starts nothing', async () => {
    const port = readState(folder)?.layout.peers[1]?.ports.listen ?? 0;
    const other = createServer().listen(port, '127.0.0.1');
    await expect(start()).rejects.toThrow(`port ${String(port)} of city is taken by another program`);
    expect(processesAround()).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
    await start();
  });

  it.each([60, 300, 550, 800, 1_100, 1_500])(
    'recovers from a start that was killed after %i ms',
    async (milliseconds) => {
      await eraseNetwork(folder);
      const command = ['--conditions=tanhui-source', 'scripts/fabric/up.ts', '--folder', folder];
      const child = spawn(process.execPath, command, { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      while (!existsSync(placesOf(folder).state) && child.exitCode === null) await delay(5);
      await delay(milliseconds);
      child.kill('SIGKILL');
      await ended;
      await start();
      await stopNetwork(folder);
      await expect.poll(processesAround).toEqual([]);
    },
  );

  it('ends what it started when it is interrupted', async () => {
    await eraseNetwork(folder);
    const command = ['--conditions=tanhui-source', 'scripts/fabric/up.ts', '--folder', folder];
    const child = spawn(process.execPath, command, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (processesOf(folder).length === 0 && child.exitCode === null) await delay(5);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    await expect.poll(processesAround).toEqual([]);
  });
});
