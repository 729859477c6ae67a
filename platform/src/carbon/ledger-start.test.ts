import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedLedger } from '../ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { loadCatalogue } from '../methodologies/index.ts';
import { systemClock } from '../runtime/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { chainMarks, holdToChain, registerMethodologies } from './ledger-start.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tanhui-ledger-start-'));
const store = createSqliteStore({ path: join(folder, 'store.db'), collections: [chainMarks] });
const catalogue = loadCatalogue({ mode: 'demo' });
const timeoutMs = 5_000;
let first: LedgerClient;
let second: LedgerClient;

beforeAll(async () => {
  const open = (name: string) =>
    createEmbeddedLedger({ folder: join(folder, name), contractsModule, clock: systemClock });
  [first, second] = await Promise.all([open('first'), open('second')]);
});

afterAll(async () => {
  await Promise.all([first.close(), second.close(), store.close()]);
  rmSync(folder, { recursive: true });
});

describe('opening the ledger', () => {
  it('puts every methodology on it once, and nothing at the next start', async () => {
    await registerMethodologies(first, catalogue, timeoutMs);
    const height = await first.height();
    expect(height).toBeGreaterThan(0);
    for (const { reference } of catalogue.all()) {
      const read = await first.evaluate({
        function: 'ReadMethodology',
        args: [reference.id, reference.version],
        as: 'auditor',
      });
      expect(JSON.parse(Buffer.from(read).toString())).toMatchObject(reference);
    }
    await registerMethodologies(first, catalogue, timeoutMs);
    expect(await first.height()).toBe(height);
  });

  it('refuses a methodology whose name stands there with another digest', async () => {
    const [line] = catalogue.all();
    if (line === undefined) throw new Error('a catalogue has methodologies');
    const other = { ...line, reference: { ...line.reference, digest: 'f'.repeat(64) } };
    await expect(registerMethodologies(first, { ...catalogue, all: () => [other] }, timeoutMs)).rejects.toMatchObject({
      kind: 'contract-refused',
      contractCode: 'METHODOLOGY_EXISTS',
    });
  });

  it('remembers the chain of its data and refuses any other, whatever is installed on it', async () => {
    await holdToChain(store, first);
    await holdToChain(store, first);
    await registerMethodologies(second, catalogue, timeoutMs);
    await expect(holdToChain(store, second)).rejects.toMatchObject({ code: 'LEDGER_OF_OTHER_DATA' });
  });
});
