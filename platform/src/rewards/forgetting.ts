import { without } from '../kernel/index.ts';
import type { Reader, Stored, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { RedemptionDocument } from './collections.ts';
import { redemptions } from './collections.ts';

/** Whether money of a person is on its way: neither paid nor given back. */
export async function isBeingPaid(reader: Reader, citizen: string): Promise<boolean> {
  const own = await redemptionsOf(reader, citizen);
  return own.some(({ value }) => value.status === 'reserved');
}

/** 抹除兑换: the payments stay in the books, as they must; the salts that open their commitments go. */
export async function forgetRedemptions(tx: Transaction, citizen: string): Promise<void> {
  const own = await redemptionsOf(tx, citizen);
  await tx.replaceMany(
    redemptions,
    own.map((stored) => ({ ...stored, value: without(stored.value, 'salt') })),
  );
}

function redemptionsOf(reader: Reader, citizen: string): Promise<readonly Stored<RedemptionDocument>[]> {
  return everyOf(reader, redemptions, { index: 'by_citizen', prefix: [citizen] });
}
