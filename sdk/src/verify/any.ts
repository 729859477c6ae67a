import type { PinnedRoots } from './pinned.ts';
import { verifyReceipt } from './receipt.ts';
import { settlementFormat, verifySettlement } from './settlement.ts';
import type { Verification } from './verification.ts';

/** Verifies a receipt of whichever kind its format names: of a payment, otherwise of a record; what names neither is unreadable as a record's. */
export function verifyAnyReceipt(receipt: unknown, pinned: PinnedRoots, now?: () => number): Promise<Verification> {
  const { format } = (receipt ?? {}) as { readonly format?: unknown };
  return (format === settlementFormat ? verifySettlement : verifyReceipt)(receipt, pinned, now);
}
