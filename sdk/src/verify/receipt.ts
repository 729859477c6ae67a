import { concat, fromHex, MalformedError, unsigned, utf8 } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import type { PinnedRoots } from './pinned.ts';
import type { Fields } from './fields.ts';
import { amount, dayNumber, list, object, text } from './fields.ts';
import { sha256 } from './sha256.ts';
import type { ReceiptKind, Verification } from './verification.ts';
import { verify } from './verification.ts';

const kinds = ['record', 'reversal', 'correction'];
const modes = ['metro', 'bus', 'bike', 'walk', 'ev-charging', 'tram', 'train', 'ferry'];

const recordReceipt: ReceiptKind = {
  format: 'tanhui-receipt-v1',
  body: 'record',
  leafOf,
  keyOf: (header) => ['BATCH', text(header, 'programme'), text(header, 'day'), text(header, 'batch')],
};

/**
 * Verifies a receipt without a network, as docs/spec/canonical-v1.md §9 says: a leaf is computed from the record, it stands in the batch, the batch
 * was endorsed by every pinned organisation. It shares no code with what it checks, and never throws on a bad receipt.
 */
export function verifyReceipt(
  receipt: unknown,
  pinned: PinnedRoots,
  now: () => number = () => performance.now(),
): Promise<Verification> {
  return verify(receipt, recordReceipt, { pinned, now });
}

function indexIn(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw new MalformedError(`${name} is not known`);
  return index;
}

function leafOf(receipt: Fields, record: Fields, header: Fields): Uint8Array {
  const salt = fromHex(text(receipt, 'salt'), 32);
  const commitment = sha256(concat([utf8('tanhui-commitment-v1\0'), salt, utf8(canonicalText(record))]));
  const district = text(receipt, 'leafDistrict');
  const own = text(record, 'district');
  if (!/^[0-9]{6}$/.test(own)) throw new MalformedError('district is not six digits');
  if (district !== own && district !== `${own.slice(0, 4)}00`)
    throw new MalformedError('the district is neither the record’s nor its city', 'DISTRICT_DIFFERS');
  return concat([
    Uint8Array.of(1, indexIn(kinds, text(record, 'kind')), indexIn(modes, text(record, 'mode'))),
    unsigned(BigInt(methodologyIndex(record, header)), 2),
    unsigned(BigInt(district), 3),
    unsigned(dayNumber(record, 'day'), 2),
    unsigned(amount(record, 'reductionMilligrams'), 6),
    fromHex(text(receipt, 'nullifier'), 16),
    commitment,
  ]);
}

function methodologyIndex(record: Fields, header: Fields): number {
  const index = list(header['methodologies'], 256).findIndex((line) => {
    const { id, version, digest } = object(line);
    return record['methodology'] === `${String(id)}@${String(version)}` && record['methodologyDigest'] === digest;
  });
  if (index < 0)
    throw new MalformedError('the batch does not name the record’s methodology', 'METHODOLOGY_NOT_IN_BATCH');
  return index;
}
