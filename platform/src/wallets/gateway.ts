import type { Day, Fen, Instant } from '@tanhui/sdk/model';

/** A wallet as the gateway knows it; no identity in it. */
export interface WalletRef {
  readonly adapter: string;
  readonly token: string;
  readonly lastFour: string;
}

/** 钱包类别, strongest first; an open set, limits stand in a table. */
export type WalletTier = 'class-1' | 'class-2' | 'class-3' | 'class-4';

/** 冻结 has directions: `frozen-in` cannot receive, `frozen-out` cannot pay, `frozen` neither. */
export type WalletState = 'active' | 'frozen-in' | 'frozen-out' | 'frozen' | 'closed';

export interface WalletInspection {
  readonly state: WalletState;
  readonly tier: WalletTier;
  /**
   * Effective limits: quota control lowers them to class 4 without changing the tier. Absent where no source states one.
   * `balanceFen` bounds what a wallet may hold, so it is met by money coming in; the others bound payments, so they are met by money going out.
   */
  readonly limits: {
    readonly balanceFen?: Fen;
    readonly singleFen?: Fen;
    readonly dailyFen?: Fen;
    readonly yearlyFen?: Fen;
  };
  /** What of the daily and the yearly limit is used, as who runs the wallet counts it; absent where the gateway cannot tell. */
  readonly used?: { readonly todayFen: Fen; readonly thisYearFen: Fen };
  readonly hasQuotaControl: boolean;
  readonly asOf: Instant;
}

/** 支付指令: the caller makes the id before the first call and never makes another for the same fact. */
export interface PaymentInstruction {
  readonly instructionId: string;
  readonly payer: WalletRef;
  readonly payee: WalletRef;
  readonly amountFen: Fen;
  readonly purpose: 'carbon-reward';
  /** At most 60 characters; without `/ = & < >`. */
  readonly memo: string;
}

/** The documented final codes: with one of these, certainly no money moved. Any other code is `unknown`. */
export const rejectionCodes = [
  'LIMIT_SINGLE',
  'LIMIT_DAILY',
  'LIMIT_YEARLY',
  'BALANCE_CAP',
  'WALLET_FROZEN',
  'WALLET_CLOSED',
  'WALLET_TIER',
  'WALLET_UNKNOWN',
  'PAYER_STATE',
  'INSUFFICIENT_FUNDS',
  'IDENTITY',
  /** The settle window is over and neither the gateway nor its complete statement knows the instruction. */
  'NOT_EXECUTED',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Three answers, never two. Anything unreadable, undocumented or lost is `unknown`. */
export type Outcome =
  | { readonly kind: 'settled'; readonly bankReference: string; readonly settledAt: Instant }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly detail: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** `isFinal` only after the adapter's settle window: the instruction was never executed and never will be. */
export type QueryAnswer = Outcome | { readonly kind: 'not-found'; readonly isFinal: boolean };

/** A line of a funding wallet's statement 对账单. Banks write lines of their own: interest quarterly, fees. */
export interface StatementLine {
  readonly kind: 'payout' | 'deposit' | 'interest' | 'fee';
  /** Of a payout: the instruction's id; of a deposit the one under which the sponsor pays in; of anything else the bank's own. */
  readonly entryId: string;
  /** Always above zero; the kind says the direction. */
  readonly amountFen: Fen;
  readonly settledAt: Instant;
  readonly bankReference: string;
}

export interface StatementPage {
  readonly lines: readonly StatementLine[];
  readonly next?: string;
  /** True when nothing can be added to this day any more: only then may anything be concluded from what is absent. */
  readonly isComplete: boolean;
}

export interface GatewayCapabilities {
  readonly adapter: string;
  readonly isSimulated: boolean;
  /** Whether the same instruction may be sent again under the same id. */
  readonly isSameIdRetrySafe: boolean;
  /** After this long an instruction that the gateway does not know was not executed. */
  readonly settleWindowMs: number;
  /** Where the limits are from, for people. */
  readonly limitsSource: string;
}

/**
 * The e-CNY seam 数字人民币: embedded core now, a bank's API later. An exception is a failed call; what it did is then unknown.
 * One contract suite, `gateway.contract.ts`, runs on every adapter.
 */
export interface WalletGateway {
  capabilities(): GatewayCapabilities;
  openWallet(request: { readonly holder: string; readonly tier: WalletTier }): Promise<WalletRef>;
  /** Undefined where there is no such wallet. Advisory: the wallet may be frozen before the payment comes. */
  inspect(wallet: WalletRef): Promise<WalletInspection | undefined>;
  balance(wallet: WalletRef): Promise<Fen | undefined>;
  /** The same id with the same payer, payee and amount answers the same and moves money once; with anything else it is `unknown` for `IDEMPOTENCY_CONFLICT`, an alarm. */
  credit(instruction: PaymentInstruction): Promise<Outcome>;
  /** What became of an instruction, by its id; where that id stands for another payer, payee or amount it is `unknown` with the same alarm as from `credit`. */
  query(instruction: PaymentInstruction): Promise<QueryAnswer>;
  statement(request: {
    readonly wallet: WalletRef;
    readonly day: Day;
    readonly cursor?: string;
  }): Promise<StatementPage>;
}
