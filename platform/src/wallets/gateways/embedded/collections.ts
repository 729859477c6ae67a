import type { Collection } from '../../../storage/index.ts';
import type { Outcome, StatementLine, WalletState, WalletTier } from '../../gateway.ts';

export interface WalletDocument {
  readonly holder: string;
  readonly tier: WalletTier;
  readonly state: WalletState;
  readonly hasQuotaControl: boolean;
  readonly balanceFen: string;
  readonly openedAt: number;
  /** What it has paid on the last day that it paid, and in that day's year. */
  readonly paid?: { readonly day: string; readonly dayFen: string; readonly yearFen: string };
}

export const simulatedWallets: Collection<WalletDocument> = {
  name: 'simulated_wallets',
  keys: { exception: 'a wallet is asked for by its token' },
  indexes: [],
};

/** An instruction as the bank knows it, or an entry of its own; its key is the instruction's or the entry's id. */
export interface BankEntryDocument {
  readonly kind: StatementLine['kind'];
  /** What the id stands for: the same id for something else is refused. */
  readonly fingerprint: string;
  readonly amountFen: string;
  readonly outcome: Outcome;
  /** Of settled entries: day and wallet whose statement has the line. */
  readonly settledOn?: string;
  readonly wallet?: string;
}

export const simulatedPayments: Collection<BankEntryDocument> = {
  name: 'simulated_payments',
  keys: { exception: 'the instruction’s id is its caller’s and begins with its day' },
  indexes: [{ name: 'by_day', fields: ['settledOn', 'wallet'], sparse: true }],
};
