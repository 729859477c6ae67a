import type { BatchView, RefusalLine, SettlementView } from '@tanhui/sdk/client';
import { everyItem } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { api } from '../shared/api.ts';

const mostBatches = 5_000;
const mostRefusals = 50_000;
const mostSettlements = 5_000;

/** Every batch of a day, page after page. */
export function allBatches(day: Day): Promise<BatchView[]> {
  return gathered(everyItem((cursor) => api.audit.batches({ day, cursor }), mostBatches));
}

/** Every settlement seal of a day, page after page. */
export function allSettlements(day: Day): Promise<SettlementView[]> {
  return gathered(everyItem((cursor) => api.settlements.ofDay(day, { cursor }), mostSettlements));
}

/** Every refusal of a day, of one code where it is named. */
export function allRefusals(asked: { readonly day: Day; readonly code?: string | undefined }): Promise<RefusalLine[]> {
  return gathered(everyItem((cursor) => api.audit.refusals({ ...asked, cursor }), mostRefusals));
}

async function gathered<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
