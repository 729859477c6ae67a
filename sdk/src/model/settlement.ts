import type { EndorsedTransaction, Receipt } from './record.ts';
import type { Day, Instant } from './time.ts';

/**
 * 结算 as it is committed to: exactly these members, canonicalised as docs/spec/canonical-v1.md says. It names no person and no wallet.
 */
export interface SettlementBody {
  readonly v: 1;
  readonly programme: string;
  /** The redemption, which is also its payment instruction. */
  readonly id: string;
  readonly campaign: string;
  /** The calendar day in UTC+8 on which the bank settled it. */
  readonly day: Day;
  readonly amountFen: string;
  readonly burnedMilligrams: string;
  readonly settledAt: Instant;
  readonly bankReference: string;
}

/** 结算封存头: what stands on the ledger for some of a day's settlements. */
export interface SettlementHeader {
  readonly v: 1;
  readonly programme: string;
  readonly day: Day;
  readonly settlement: string;
  readonly count: number;
  readonly root: string;
  readonly amountFen: string;
  /** Burned for these payments: no credit lot may use them again. */
  readonly burnedMilligrams: string;
}

/** 结算收据: proves without us that a payment was sealed for so many burned milligrams. */
export interface SettlementReceipt {
  readonly format: 'tanhui-settlement-receipt-v1';
  readonly settlement: SettlementBody;
  /** 32 bytes, hex: opens the commitment. */
  readonly salt: string;
  readonly index: number;
  /** RFC 6962 audit path, leaf to root, hex. */
  readonly path: readonly string[];
  readonly header: SettlementHeader;
  readonly transaction: EndorsedTransaction;
}

/** A receipt of either kind; its format says which. */
export type AnyReceipt = Receipt | SettlementReceipt;
