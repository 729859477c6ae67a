import type { Day, Fen, Instant } from '@tanhui/sdk/model';

/** A wallet as the gateway knows it; no identity in it. */
export interface WalletRef {
  readonly adapter: string;
  readonly token: string;
  readonly lastFour: string;
}

/** 钱包类别, strongest first; an open set, limits stand in a table. */
export type WalletTier = 'class-1' | 'class-2' | 'class-3' | 'class-4';

export type WalletState = 'active' | 'frozen-in' | 'frozen-out' | 'frozen' | 'closed';

export interface WalletInspection {
  readonly state: WalletState;
  readonly tier: WalletTier;
  /** Effective limits: quota control lowers them to class 4 without changing the tier. Absent where the tier has none. */
  readonly limits: {
    readonly balanceFen?: Fen;
    readonly singleFen?: Fen;
    readonly dailyFen?: Fen;
    readonly yearlyFen?: Fen;
  };
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

export type RejectionCode =
  | 'LIMIT'
  | 'BALANCE_CAP'
  | 'WALLET_STATE'
  | 'IDENTITY'
  | 'INSUFFICIENT_FUNDS'
  | 'UNKNOWN_WALLET'
  | 'IDEMPOTENCY_CONFLICT';

/** Three answers, never two. Anything unreadable, negative after sending or lost is `unknown`. */
export type Outcome =
  | { readonly kind: 'settled'; readonly bankReference: string; readonly settledAt: Instant }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly detail: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** `not-found-final` only after the adapter's settle window. */
export type QueryAnswer = Outcome | { readonly kind: 'not-found'; readonly isFinal: boolean };

export interface StatementLine {
  readonly instructionId: string;
  readonly amountFen: Fen;
  readonly settledAt: Instant;
  readonly bankReference: string;
}

export interface GatewayCapabilities {
  readonly adapter: string;
  readonly isSameIdRetrySafe: boolean;
  readonly isSimulated: boolean;
  readonly settleWindowMs: number;
}

/** The e-CNY seam: embedded core now, a bank's API later. Thrown exceptions are defects; everything else is a value. */
export interface WalletGateway {
  capabilities(): GatewayCapabilities;
  openWallet(request: { readonly holder: string; readonly tier: WalletTier }): Promise<WalletRef>;
  inspect(wallet: WalletRef): Promise<WalletInspection | undefined>;
  balance(wallet: WalletRef): Promise<Fen | undefined>;
  credit(instruction: PaymentInstruction): Promise<Outcome>;
  query(instructionId: string): Promise<QueryAnswer>;
  statement(day: Day): Promise<{ readonly lines: readonly StatementLine[]; readonly isComplete: boolean }>;
}
