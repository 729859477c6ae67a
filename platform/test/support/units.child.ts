// Runs one unit of work after the other on the store at an address, and says the number of each once it is acknowledged; ends only by being killed.
import { counters, things } from '../../src/storage/contract/site.ts';
import { StorageConflict } from '../../src/storage/index.ts';
import type { Transaction } from '../../src/storage/index.ts';
import { openAt } from './stores.ts';

const store = await openAt(process.argv[2] ?? '', [things, counters]);

async function addUnit(tx: Transaction): Promise<number> {
  const units = await tx.get(counters, 'units');
  const n = units?.value.n ?? 0;
  const documents = Array.from({ length: 5 }, (_, at) => ({ key: `k${String(n * 5 + at)}`, value: { rank: at } }));
  await tx.insertMany(things, documents.slice(0, 2));
  await tx.replaceMany(counters, [{ key: 'units', version: units?.version ?? 0, value: { n: n + 1 } }]);
  await tx.insertMany(things, documents.slice(2));
  return n + 1;
}

for (;;) {
  try {
    process.stdout.write(`${String(await store.unitOfWork(addUnit))}\n`);
  } catch (error) {
    // A process that was killed in the middle of a transaction stands in the way until the server finds out: then it is asked again.
    if (!(error instanceof StorageConflict)) throw error;
  }
}
