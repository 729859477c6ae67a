import type { SettlementHeader } from '@tanhui/sdk/model';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure } from '../ledger/index.ts';
import type { Reader, Stored } from '../storage/index.ts';
import type { Scope } from './books-side.ts';
import type { SettlementDocument } from './collections.ts';
import type { Difference, Sides } from './differences.ts';
import { difference } from './differences.ts';
import { settlementsOf } from './settlement-receipt.ts';
import { settlementLeaves, settlementText } from './settlement-sealing.ts';

/** What stands on the ledger of a programme's day, added up. */
export interface LedgerSide {
  readonly count: number;
  readonly fen: bigint;
  readonly milligrams: bigint;
  /** Seals that we hold to be there. */
  readonly sealed: ReadonlySet<string>;
  readonly differences: readonly Difference[];
}

/** Reads each seal of the day back from the ledger and holds it against what its redemptions give. */
export async function ledgerSide(
  { store, ledger }: { readonly store: Reader; readonly ledger: LedgerClient },
  scope: Scope,
): Promise<LedgerSide> {
  const sealed = new Set<string>();
  const differences: Difference[] = [];
  let side = sumsOf(nothing);
  for (const seal of await settlementsOf(store, scope)) {
    if (seal.value.state !== 'sealed') continue;
    sealed.add(seal.key);
    const text = await textOnLedger(ledger, seal);
    const { header } = await settlementLeaves(store, seal);
    const there = sumsOf(text === undefined ? nothing : (JSON.parse(text) as SettlementHeader));
    if (text !== settlementText(header))
      differences.push(difference('SEAL_DIFFERS', seal.key, sidesOf(sumsOf(header), there)));
    side = {
      count: side.count + there.count,
      fen: side.fen + there.fen,
      milligrams: side.milligrams + there.milligrams,
    };
  }
  return { ...side, sealed, differences };
}

const nothing = { count: 0, amountFen: '0', burnedMilligrams: '0' };

type Sums = Pick<LedgerSide, 'count' | 'fen' | 'milligrams'>;

function sumsOf({ count, amountFen, burnedMilligrams }: typeof nothing): Sums {
  return { count, fen: BigInt(amountFen), milligrams: BigInt(burnedMilligrams) };
}

function sidesOf(ours: Sums, there: Sums): Sides {
  return {
    redemptionFen: ours.fen,
    ledgerFen: there.fen,
    redemptionMilligrams: ours.milligrams,
    ledgerMilligrams: there.milligrams,
  };
}

async function textOnLedger(
  ledger: LedgerClient,
  { key, value: { programme, day } }: Stored<SettlementDocument>,
): Promise<string | undefined> {
  const args = [JSON.stringify({ programme, day, settlement: key })];
  try {
    return Buffer.from(await ledger.evaluate({ function: 'ReadSettlement', args, as: 'auditor' })).toString();
  } catch (failure) {
    if (failure instanceof LedgerFailure && failure.contractCode === 'SETTLEMENT_UNKNOWN') return undefined;
    throw failure;
  }
}
