import { concat, fromHex, unsigned, utf8 } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import type { PinnedRoots } from './pinned.ts';
import type { Fields } from './fields.ts';
import { amount, dayNumber, text } from './fields.ts';
import { sha256 } from './sha256.ts';
import type { ReceiptKind, Verification } from './verification.ts';
import { verify } from './verification.ts';

const settlementKind = 3;

export const settlementFormat = 'tanhui-settlement-receipt-v1';

const settlementReceipt: ReceiptKind = {
  format: settlementFormat,
  body: 'settlement',
  leafOf,
  keyOf: (header) => ['SETTLEMENT', text(header, 'programme'), text(header, 'day'), text(header, 'settlement')],
};

/**
 * Verifies without a network that a payment was sealed for so many burned milligrams: a leaf is computed from the settlement, it stands in the seal, and
 * the seal was endorsed by every pinned organisation. Never throws on a bad receipt.
 */
export function verifySettlement(
  receipt: unknown,
  pinned: PinnedRoots,
  now: () => number = () => performance.now(),
): Promise<Verification> {
  return verify(receipt, settlementReceipt, { pinned, now });
}

/** @see docs/spec/canonical-v1.md §8 */
function leafOf(receipt: Fields, settlement: Fields): Uint8Array {
  const salt = fromHex(text(receipt, 'salt'), 32);
  const commitment = sha256(concat([utf8('tanhui-settlement-v1\0'), salt, utf8(canonicalText(settlement))]));
  return concat([
    Uint8Array.of(1, settlementKind, 0, 0),
    unsigned(dayNumber(settlement, 'day'), 2),
    unsigned(amount(settlement, 'amountFen'), 6),
    unsigned(amount(settlement, 'burnedMilligrams'), 6),
    new Uint8Array(14),
    commitment,
  ]);
}
