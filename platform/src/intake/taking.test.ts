import { expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { farStore } from '../../test/support/far-store.ts';
import { ledgerFixture, programme } from '../../test/support/ledger.ts';
import { takeBatch } from './index.ts';

it('waits for the store three times for a batch of a source that keeps nothing open', async () => {
  const { deps } = ledgerFixture();
  const { store, waits } = farStore(deps.store);
  const batch = (card: string) => ({
    scope: { source: 'drafts-one', programme, settings: {}, run: 'run_a' },
    records: [1, 2, 3].map((line) => ({
      line,
      fields: { draft: JSON.stringify(ride(`${card}-${String(line)}`, { day: '2026-11-24', clock: '08:00' })) },
    })),
  });
  const { counts } = await takeBatch({ ...deps, store }, batch('first'));
  expect(counts.records).toMatchObject({ read: 3, used: 3 });
  expect(waits()).toEqual({ units: 1, inUnits: 3 });
  await takeBatch({ ...deps, store }, batch('second'));
  expect(waits()).toEqual({ units: 2, inUnits: 6 });
});
