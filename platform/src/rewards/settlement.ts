import { hash } from 'node:crypto';
import { dayNumberOf } from '@tanhui/sdk/model';
import type { Day, SettlementBody } from '@tanhui/sdk/model';
import type { Json } from '../kernel/index.ts';
import { canonicalJson, required } from '../kernel/index.ts';
import type { RedemptionDocument } from './collections.ts';

export const settlementLeafSize = 64;
const settlementKind = 3;

/** What a settled redemption commits to. @see docs/spec/canonical-v1.md §8 */
export function settlementBody(id: string, redemption: RedemptionDocument): SettlementBody {
  return {
    v: 1,
    programme: redemption.programme,
    id,
    campaign: redemption.campaign,
    day: required(redemption.settledOn, 'day of a settled redemption') as Day,
    amountFen: redemption.amountFen,
    burnedMilligrams: redemption.burnedMilligrams,
    settledAt: required(redemption.settledAt, 'instant of a settled redemption'),
    bankReference: required(redemption.bankReference, 'bank reference of a settled redemption'),
  };
}

/** §8: `H("tanhui-settlement-v1" || 0x00 || salt || canonical JSON)`. */
export function settlementCommitment(salt: Uint8Array, body: SettlementBody): Buffer {
  const bytes = Buffer.from(canonicalJson(body as unknown as Json));
  return hash('sha256', Buffer.concat([Buffer.from('tanhui-settlement-v1\0'), salt, bytes]), 'buffer');
}

/** §8: 64 bytes; it needs no salt, so a seal can be rebuilt after a person was erased. */
export function settlementLeaf(redemption: RedemptionDocument): Buffer {
  const leaf = Buffer.alloc(settlementLeafSize);
  leaf.writeUInt8(1, 0);
  leaf.writeUInt8(settlementKind, 1);
  leaf.writeUInt16BE(dayNumberOf(required(redemption.settledOn, 'day of a settlement') as Day), 4);
  leaf.writeUIntBE(Number(redemption.amountFen), 6, 6);
  leaf.writeUIntBE(Number(redemption.burnedMilligrams), 12, 6);
  Buffer.from(required(redemption.commitment, 'commitment of a settlement'), 'hex').copy(leaf, 32);
  return leaf;
}
