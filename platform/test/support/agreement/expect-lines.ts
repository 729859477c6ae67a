import type { DocumentStore } from '../../../src/storage/index.ts';
import { readLedger } from './ledger.ts';
import { expectDaysToBeKept, expectJourneysToBeOne } from './people.ts';
import { expectActivitiesToSayTheSame, expectCorrectionsToPoint, expectRecordsToStand } from './records.ts';
import { expectSourceKeysToBeOne } from './source-keys.ts';
import { expectBalancesToBeEarned, expectDaysToCount } from './totals.ts';

/** What has to hold of every line, record and key whatever was done, and what the balances and the days say of them. */
export async function expectLinesToStand(store: DocumentStore, programme: string): Promise<void> {
  const ledger = await readLedger(store, programme);
  expectActivitiesToSayTheSame(ledger);
  expectRecordsToStand(ledger);
  expectCorrectionsToPoint(ledger);
  expectDaysToBeKept(ledger);
  await expectSourceKeysToBeOne(store, ledger);
  await expectJourneysToBeOne(store, ledger);
  await expectBalancesToBeEarned(store, ledger);
  expectDaysToCount(ledger);
}
