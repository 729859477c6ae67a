import { expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { farStore } from '../../test/support/far-store.ts';
import { ledgerFixture, programme } from '../../test/support/ledger.ts';
import { takeBatch } from './index.ts';

it('waits for the store once for a batch of a source that keeps nothing open', async () => {
  const { deps } = ledgerFixture();
  const { store, waits } = farStore(deps.store);
  const batch = (card: string) => ({
    scope: { source: 'drafts-one', programme, settings: {}, run: 'run_a' },
    // The last of them ends after midnight: the books of both days are asked for at once.
    records: ['08:00', '09:00', '23:50'].map((clock, line) => ({
      line,
      fields: { draft: JSON.stringify(ride(`${card}-${String(line)}`, { day: '2026-11-23', clock })) },
    })),
  });
  const { counts } = await takeBatch({ ...deps, store }, batch('first'));
  expect(counts.records).toMatchObject({ read: 3, used: 3 });
  expect(waits()).toEqual({ units: 1, inUnits: 1 });
  await takeBatch({ ...deps, store }, batch('second'));
  expect(waits()).toEqual({ units: 2, inUnits: 2 });
  const noted = ride('first-2', { day: '2026-11-23', clock: '10:00' });
  const records = [{ line: 1, fields: { draft: JSON.stringify(noted) } }];
  await takeBatch({ ...deps, store }, { ...batch('third'), records });
  expect(waits(), 'a note in a book leads to another one').toEqual({ units: 3, inUnits: 4 });
});
