import type { Day, SettlementReceipt } from '@tanhui/sdk/model';
import { auditPath, leafHashes, sequenceId } from '../carbon/index.ts';
import { assert, required } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { Page, Query, Reader, Stored } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { RedemptionDocument, SettlementDocument } from './collections.ts';
import { redemptions, settlements } from './collections.ts';
import { refuse } from './refusals.ts';
import { settlementBody, settlementLeaf, settlementLeafSize } from './settlement.ts';
import { settlementLeaves } from './settlement-sealing.ts';

/** More than a day's seals are numbered. */
const mostSeals = 999_999_999;

/** A person's redemption; anybody else's is as good as none. */
export async function redemptionOf(
  reader: Pick<Reader, 'get'>,
  { id, citizen }: { readonly id: string; readonly citizen: string },
): Promise<Stored<RedemptionDocument>> {
  const stored = await reader.get(redemptions, id);
  if (stored?.value.citizen !== citizen) throw refuse('REWARDS_REDEMPTION_UNKNOWN', { redemption: id });
  return stored;
}

/** The seal of a settled redemption, once it stands on the ledger. */
export async function sealOfRedemption(
  reader: Pick<Reader, 'get'>,
  { settlement }: RedemptionDocument,
): Promise<Stored<SettlementDocument> | undefined> {
  const stored = settlement === undefined ? undefined : await reader.get(settlements, settlement);
  return stored?.value.state === 'sealed' ? stored : undefined;
}

/** 结算收据: everything a person needs to verify without us that a payment was sealed for so many burned milligrams. */
export async function settlementReceiptOf(
  deps: { readonly store: Reader; readonly ledger: LedgerClient },
  redemption: Stored<RedemptionDocument>,
): Promise<SettlementReceipt> {
  const { key, value } = redemption;
  const seal = await sealOfRedemption(deps.store, value);
  if (seal === undefined) throw refuse('REWARDS_SETTLEMENT_NOT_SEALED', { redemption: key });
  const { header, leaves } = await settlementLeaves(deps.store, seal);
  const index = placeOf(leaves, settlementLeaf(value));
  const transaction = await deps.ledger.transaction(required(seal.value.transaction, 'transaction of a seal'));
  return {
    format: 'tanhui-settlement-receipt-v1',
    settlement: settlementBody(key, value),
    salt: required(value.salt, 'salt of a settled redemption'),
    index,
    path: auditPath(leafHashes(leaves, settlementLeafSize), index).map((node) => node.toString('hex')),
    header,
    transaction: required(transaction, 'endorsed transaction of a seal'),
  };
}

function placeOf(leaves: Buffer, leaf: Buffer): number {
  for (let at = 0; at < leaves.length; at += settlementLeafSize)
    if (leaf.equals(leaves.subarray(at, at + settlementLeafSize))) return at / settlementLeafSize;
  assert(false, 'a sealed redemption stands in its seal');
}

interface DayScope {
  readonly programme: string;
  readonly day: Day;
}

function ofDay(scope: DayScope) {
  return { index: 'key', from: sequenceId('stl', scope, 0), before: sequenceId('stl', scope, mostSeals) };
}

/** Seals of a programme's day, in the order in which they were begun. */
export function settlementsOf(
  reader: Pick<Reader, 'find'>,
  scope: DayScope,
): Promise<readonly Stored<SettlementDocument>[]> {
  return everyOf(reader, settlements, ofDay(scope));
}

/** A page of them, the latest first. */
export function settlementPage(
  reader: Pick<Reader, 'find'>,
  { programme, day, ...asked }: DayScope & Pick<Query, 'limit' | 'after'>,
): Promise<Page<SettlementDocument>> {
  return reader.find(settlements, { ...ofDay({ programme, day }), order: 'descending', ...asked });
}

/** A seal by its id. */
export async function settlementStored(reader: Pick<Reader, 'get'>, id: string): Promise<Stored<SettlementDocument>> {
  const stored = await reader.get(settlements, id);
  if (stored === undefined) throw refuse('REWARDS_SETTLEMENT_UNKNOWN', { settlement: id });
  return stored;
}
