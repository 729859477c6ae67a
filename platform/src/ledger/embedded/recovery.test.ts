import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerClient } from '../port.ts';
import { createEmbeddedLedger } from './embedded-ledger.ts';
import { openLedgerFiles, rebuildEmbeddedState } from './files.ts';

const contractsModule = fileURLToPath(new URL('../../../../chaincode/probe/dist/index.js', import.meta.url));
const collections = [{ name: 'probe', members: ['PlatformMSP', 'CityMSP'] }];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhui-recovery-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open(): Promise<LedgerClient> {
  return createEmbeddedLedger({ folder, contractsModule, clock: { now: () => Date.now() }, collections });
}

/** Writes so many transactions, of every kind that leaves something. */
async function write(ledger: LedgerClient, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const steps = [
      { do: 'put', key: `key.${name}`, value: name },
      { do: 'put', key: 'shared', value: name },
      { do: 'event', name: 'written', payload: name },
      { do: 'require', key: `key.${name}`, organisations: ['CityMSP'] },
      { do: 'private-put', collection: 'probe', key: `private.${name}`, transient: 'value' },
    ];
    const endorsed = await ledger.endorse({
      contract: 'probe',
      function: 'Run',
      args: [JSON.stringify(steps)],
      transient: { value: Buffer.from(`private ${name}`) },
      as: 'recorder',
    });
    await ledger.submit(endorsed.envelope);
    expect((await ledger.status(endorsed.transactionId, { timeoutMs: 5_000 })).code).toBe(0);
  }
}

/** What a reader sees of the files. */
function seen() {
  const { blocks, state } = openLedgerFiles(folder);
  const found = {
    blocks: blocks.height(),
    state: state.height(),
    digest: state.digest(),
    history: state.history('shared').length,
    events: state.events({ block: 0, transaction: -1 }).map(({ payload }) => Buffer.from(payload).toString()),
    private: state.privateValue('probe', 'private.b')?.value.toString(),
  };
  state.close();
  blocks.close();
  return found;
}

describe('the embedded ledger’s files', () => {
  it('give the same state, history, events and private data again when the state is deleted, and when it is garbage', async () => {
    const ledger = await open();
    await write(ledger, ['a', 'b', 'c']);
    await ledger.close();
    const before = seen();
    expect(before).toMatchObject({ blocks: 3, state: 3, history: 3, events: ['a', 'b', 'c'] });
    for (const file of ['state.db', 'state.db-wal', 'state.db-shm']) rmSync(join(folder, file), { force: true });
    expect(seen()).toEqual(before);
    writeFileSync(join(folder, 'state.db'), 'not a database at all, and longer than a header of one');
    expect(seen()).toEqual(before);
    expect(rebuildEmbeddedState(folder)).toEqual({ blocks: 3, stateDigest: before.digest });
  });

  it('catch up where the state stopped some blocks before the end', async () => {
    const first = await open();
    await write(first, ['a']);
    await first.close();
    copyFileSync(join(folder, 'state.db'), join(folder, 'old'));
    const second = await open();
    await write(second, ['b', 'c']);
    await second.close();
    const before = seen();
    copyFileSync(join(folder, 'old'), join(folder, 'state.db'));
    expect(seen()).toEqual(before);
  });

  it('make the state again when it belongs to other blocks', async () => {
    const ledger = await open();
    await write(ledger, ['a', 'b']);
    await ledger.close();
    const before = seen();
    const state = new DatabaseSync(join(folder, 'state.db'));
    state.exec("UPDATE head SET header_hash = x'00', height = 9");
    state.close();
    expect(seen()).toEqual(before);
  });

  it.each([
    ['in the middle', 1, 'key.b'],
    ['at the end, which no other follows', 2, 'key.c'],
  ] as const)('do not accept a block that was changed %s', async (_, number, key) => {
    const ledger = await open();
    await write(ledger, ['a', 'b', 'c']);
    await ledger.close();
    const blocks = new DatabaseSync(join(folder, 'chain.db'));
    const bytes = Buffer.from(
      blocks.prepare('SELECT bytes FROM blocks WHERE number = ?').get(number)?.['bytes'] as Uint8Array,
    );
    bytes.write('z', bytes.indexOf(key) + 4);
    blocks.prepare('UPDATE blocks SET bytes = ? WHERE number = ?').run(bytes, number);
    blocks.close();
    expect(() => rebuildEmbeddedState(folder)).toThrow(`block ${String(number)} does not hold the data`);
  });

  it('are for one process at a time', async () => {
    const ledger = await open();
    await write(ledger, ['a']);
    expect(() => rebuildEmbeddedState(folder)).toThrow('another server');
    await ledger.close();
    expect(rebuildEmbeddedState(folder).blocks).toBe(1);
  });

  it('hold whole blocks only, and everything acknowledged, wherever the process is killed', async () => {
    const acknowledged: string[] = [];
    for (const aliveMs of [0, 3, 7, 12, 20, 45]) acknowledged.push(...(await writeUntilKilled(aliveMs)));
    expect(acknowledged.length).toBeGreaterThan(6);
    const { blocks, state } = openLedgerFiles(folder);
    expect(state.height()).toBe(blocks.height());
    expect(acknowledged.filter((id) => state.place(id)?.code !== 0)).toEqual([]);
    const digest = state.digest();
    state.close();
    blocks.close();
    expect(rebuildEmbeddedState(folder).stateDigest).toBe(digest);
  });
});

/** A process that writes without pause, killed so long after its first acknowledgement; gives what it acknowledged. */
async function writeUntilKilled(aliveMs: number): Promise<string[]> {
  const script = `
    const { createEmbeddedLedger } = await import(${JSON.stringify(new URL('./embedded-ledger.ts', import.meta.url).href)});
    const ledger = await createEmbeddedLedger(${JSON.stringify({ folder, contractsModule, collections })});
    const one = async (at) => {
      const steps = [{ do: 'put', key: 'k' + at, value: 'x'.repeat(5000) }, { do: 'private-put', collection: 'probe', key: 'p' + at, transient: 'value' }];
      const call = { contract: 'probe', function: 'Run', args: [JSON.stringify(steps)], transient: { value: Buffer.from('p' + at) }, as: 'recorder' };
      const { envelope, transactionId } = await ledger.endorse(call);
      await ledger.submit(envelope);
      await ledger.status(transactionId, { timeoutMs: 5000 });
      process.stdout.write(transactionId + '\\n');
    };
    for (let at = 0; ; at += 4) await Promise.all([at, at + 1, at + 2, at + 3].map(one));
  `.replace('createEmbeddedLedger({', 'createEmbeddedLedger({"clock":{now:()=>Date.now()},');
  const child = spawn(
    process.execPath,
    ['--conditions=tanhui-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (ids.length === 0) setTimeout(() => child.kill('SIGKILL'), aliveMs);
    ids.push(line);
  }
  return ids.filter((id) => id.length === 64);
}
