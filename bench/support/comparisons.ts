import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createEmbeddedLedger } from '../../platform/src/ledger/embedded/embedded-ledger.ts';

/** The same bodies as key-text rows, WAL, full sync, batches of 1,000: what the disk allows. */
export function rawSqlitePerSecond(folder: string, batches: readonly Buffer[]): number {
  const database = new DatabaseSync(join(folder, 'raw.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (key TEXT PRIMARY KEY, value TEXT)',
  );
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  const bodies = batches.map((batch) => batch.toString().trimEnd().split('\n'));
  const startedAt = performance.now();
  let row = 0;
  for (const lines of bodies) {
    database.exec('BEGIN');
    for (const line of lines) insert.run(`act_${String((row += 1)).padStart(12, '0')}`, line);
    database.exec('COMMIT');
  }
  const perSecond = (row * 1_000) / (performance.now() - startedAt);
  database.close();
  return perSecond;
}

/** One ledger transaction a trip, a hundred in flight: what sealing replaces. */
export async function transactionsPerSecond(folder: string): Promise<number> {
  const contractsModule = createRequire(import.meta.url).resolve('@tanhui/chaincode');
  const clock = { now: () => Date.now() };
  const ledger = await createEmbeddedLedger({ folder: join(folder, 'single'), contractsModule, clock });
  const [count, width] = [600, 100];
  const startedAt = performance.now();
  for (let from = 0; from < count; from += width) {
    await Promise.all(
      Array.from({ length: width }, async (_, at) => {
        const methodology = {
          digest: 'a'.repeat(64),
          id: `bench.${String(from + at)}`,
          v: 1,
          validFrom: '2020-01-01',
          version: '1',
        };
        const args = [JSON.stringify(methodology)];
        const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args, as: 'registrar' });
        await ledger.submit(endorsed.envelope);
        await ledger.status(endorsed.transactionId, { timeoutMs: 30_000 });
      }),
    );
  }
  const perSecond = (count * 1_000) / (performance.now() - startedAt);
  await ledger.close();
  return perSecond;
}
