import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { common } from '@hyperledger/fabric-protos';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedLedger } from './embedded-ledger.ts';
import { openLedgerFiles, rebuildEmbeddedState } from './files.ts';

const contractsModule = fileURLToPath(new URL('../../../../chaincode/probe/dist/index.js', import.meta.url));
const filter = common.BlockMetadataIndex.TRANSACTIONS_FILTER;
const root = mkdtempSync(join(tmpdir(), 'tanhui-tampering-'));
const original = join(root, 'original');
let folder = '';

/** Four blocks: two of what is valid, one of what only one organisation endorsed, and one of a read that came too late. */
beforeAll(async () => {
  const ledger = await createEmbeddedLedger({ folder: original, contractsModule, clock: { now: () => Date.now() } });
  const endorse = (steps: readonly object[], endorsers?: readonly string[]) =>
    ledger.endorse({
      ...{ contract: 'probe', function: 'Run', args: [JSON.stringify(steps)], as: 'recorder' },
      ...(endorsers !== undefined && { endorsers }),
    });
  const readAndPut = [
    { do: 'get', key: 'k' },
    { do: 'put', key: 'k', value: 'late' },
  ];
  const late = await endorse(readAndPut);
  const alone = await endorse([{ do: 'put', key: 'alone', value: 'x' }], ['PlatformMSP']);
  const valid = [
    await endorse([{ do: 'put', key: 'k', value: 'one' }]),
    await endorse([{ do: 'put', key: 'l', value: 'x' }]),
  ];
  const codes: number[] = [];
  for (const { envelope, transactionId } of [...valid, alone, late]) {
    await ledger.submit(envelope);
    codes.push((await ledger.status(transactionId, { timeoutMs: 5_000 })).code);
  }
  expect(codes).toEqual([0, 0, 10, 11]);
  await ledger.close();
});
afterAll(() => {
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'copy-'));
  for (const file of ['chain.db', 'state.db', 'identities.json'])
    copyFileSync(join(original, file), join(folder, file));
});

function onDisk(change: (chain: DatabaseSync) => void): void {
  const chain = new DatabaseSync(join(folder, 'chain.db'));
  change(chain);
  chain.close();
}

function changeBlock(number: number, change: (block: common.Block) => void): void {
  onDisk((chain) => {
    const row = chain.prepare('SELECT bytes FROM blocks WHERE number = ?').get(number);
    const block = common.Block.deserializeBinary(row?.['bytes'] as Uint8Array);
    change(block);
    chain.prepare('UPDATE blocks SET bytes = ? WHERE number = ?').run(block.serializeBinary(), number);
  });
}

function withCode(number: number, code: number): void {
  changeBlock(number, (block) => {
    const metadata = block.getMetadata()?.getMetadataList_asU8() ?? [];
    block.getMetadata()?.setMetadataList(metadata.with(filter, Uint8Array.of(code)));
  });
}

function rebuilt(): string {
  try {
    return `${String(rebuildEmbeddedState(folder).blocks)} blocks`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('blocks that somebody changed on disk', () => {
  it('are four as they are', () => {
    expect(rebuilt()).toBe('4 blocks');
  });

  it.each([
    ['a seal that is said to be invalid', 0, 11],
    ['a seal that is said to be a duplicate', 1, 9],
    ['what one organisation endorsed alone, as if both had', 2, 0],
    ['a read that came too late, as if it had not', 3, 0],
    ['one code in place of another', 3, 10],
  ])('are not believed in the codes that stand outside their hash: %s', (_, number, code) => {
    withCode(number, code);
    expect(rebuilt()).toBe(`block ${String(number)} does not bear the codes that its transactions have`);
  });

  it('are not believed without their codes', () => {
    changeBlock(1, (block) => {
      block.clearMetadata();
    });
    expect(rebuilt()).toBe('block 1 does not bear the codes that its transactions have');
  });

  it('follow one another by their numbers too', () => {
    changeBlock(3, (block) => {
      block.getHeader()?.setNumber(7);
    });
    expect(rebuilt()).toBe('block 3 does not follow from the one before it');
  });

  it.each([
    ['exchanged', 'UPDATE blocks SET number = CASE number WHEN 1 THEN -2 ELSE -1 END WHERE number IN (1, 2)', 1],
    ['without the first', 'DELETE FROM blocks WHERE number = 0', 0],
    ['without one in the middle', 'DELETE FROM blocks WHERE number = 2', 2],
  ])('are refused when they are %s', (_, statement, number) => {
    onDisk((chain) => {
      chain.exec(statement);
      chain.exec('UPDATE blocks SET number = -number WHERE number < 0');
    });
    expect(rebuilt()).toMatch(new RegExp(`^block ${String(number)} does not (follow|hold)`));
  });

  it('are refused where the hash that the next block would follow is another', () => {
    onDisk((chain) => {
      chain.exec("UPDATE blocks SET header_hash = x'00' WHERE number = 3");
    });
    expect(rebuilt()).toBe('the last block is not the one that the next would follow');
    expect(() => openLedgerFiles(folder)).toThrow('the last block is not the one');
  });

  it('are nobody’s with other keys: what is signed there is signed by strangers', () => {
    rmSync(join(folder, 'identities.json'));
    expect(rebuilt()).toBe('block 0 does not bear the codes that its transactions have');
  });
});
