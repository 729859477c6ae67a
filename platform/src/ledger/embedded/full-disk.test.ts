import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallDisk } from '../../../test/support/small-disk.ts';
import type { LedgerClient } from '../port.ts';
import { createEmbeddedLedger } from './embedded-ledger.ts';
import { openLedgerFiles } from './files.ts';

const contractsModule = fileURLToPath(new URL('../../../../chaincode/probe/dist/index.js', import.meta.url));
const disk = smallDisk(32);
afterAll(() => disk?.remove());

let folder = '';
let ledger: LedgerClient;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhui-ledger-full-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(path: string): Promise<LedgerClient> {
  return createEmbeddedLedger({ folder: path, contractsModule, clock: { now: () => Date.now() } });
}

/** Large enough that a disk without room cannot take one. */
function endorse(name: string) {
  const steps = [{ do: 'put', key: name, value: name.repeat(20_000) }];
  return ledger.endorse({ contract: 'probe', function: 'Run', args: [JSON.stringify(steps)], as: 'recorder' });
}

async function write(name: string): Promise<number> {
  const { envelope, transactionId } = await endorse(name);
  await ledger.submit(envelope);
  return (await ledger.status(transactionId, { timeoutMs: 10_000 })).code;
}

/** Heights of blocks and of the state on disk, and the digest of the state as it is and as it is made again from the blocks. */
function seen(path: string) {
  const { blocks, state } = openLedgerFiles(path);
  const found = { blocks: blocks.height(), state: state.height(), digest: state.digest() };
  state.close();
  blocks.close();
  return found;
}

describe.skipIf(disk === undefined)('the embedded ledger on a full disk', () => {
  it('says at once that it does not know, and commits the same envelope once there is room, without a restart', async () => {
    const path = join(disk?.folder ?? '', 'ledger');
    ledger = await open(path);
    expect(await write('a')).toBe(0);
    disk?.fill(0);
    const { envelope, transactionId } = await endorse('b');
    for (let tried = 0; tried < 3; tried += 1) {
      await ledger.submit(envelope);
      const asked = performance.now();
      await expect(ledger.status(transactionId, { timeoutMs: 10_000 })).rejects.toMatchObject({
        kind: 'outcome-unknown',
        message: 'the ledger’s disk is full',
      });
      expect(performance.now() - asked).toBeLessThan(5_000);
    }
    expect(await ledger.height()).toBe(1);
    disk?.makeRoom();
    await ledger.submit(envelope);
    expect(await ledger.status(transactionId, { timeoutMs: 10_000 })).toMatchObject({ code: 0, blockNumber: 1 });
    expect(await write('c')).toBe(0);
    await ledger.close();
    expect(seen(path)).toMatchObject({ blocks: 3, state: 3 });
  });

  it('lets the state follow where its file alone was full: no block is skipped', async () => {
    const elsewhere = join(disk?.folder ?? '', 'state');
    mkdirSync(elsewhere);
    symlinkSync(join(elsewhere, 'state.db'), join(folder, 'state.db'));
    ledger = await open(folder);
    expect(await write('a')).toBe(0);
    disk?.fill(0);
    await expect(write('b')).rejects.toMatchObject({ kind: 'outcome-unknown' });
    disk?.makeRoom();
    expect(await write('c')).toBe(0);
    await ledger.close();
    const kept = seen(folder);
    expect(kept).toMatchObject({ blocks: 3, state: 3 });
    rmSync(join(folder, 'state.db'));
    expect(seen(folder)).toEqual(kept);
  });
});
