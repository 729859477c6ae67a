import type { LedgerClient } from '../ledger/index.ts';
import { readIfKnown } from '../ledger/index.ts';

/**
 * Whether a day that is closed on the ledger holds a batch; unknown where the peer that answers has not seen the close, or not all of the day's batches. A closed day takes nothing any more, and an
 * envelope that was endorsed before the close is void after it: what such a day does not hold it never will.
 */
export async function heldByClosedDay(
  ledger: Pick<LedgerClient, 'evaluate'>,
  { programme, day, text }: { readonly programme: string; readonly day: string; readonly text: string },
): Promise<boolean | 'unknown'> {
  const as = 'recorder' as const;
  const args = [programme, day];
  const closed = await readIfKnown(ledger, { function: 'ReadDay', args, as }, 'DAY_UNKNOWN');
  if (closed === undefined) return 'unknown';
  const list = Buffer.from(await ledger.evaluate({ function: 'ListBatches', args, as })).toString();
  if (list.includes(text)) return true;
  const { batches } = JSON.parse(closed) as { readonly batches: number };
  return (JSON.parse(list) as readonly unknown[]).length === batches ? false : 'unknown';
}
