import type { BatchHeader, Day, EvidenceClass, Instant, LocalText, Mode, Receipt } from './words.ts';

/** Every list answers a page; `next` goes back as `?cursor=`. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** GET /v1/programme — what anybody signed in sees first. */
export interface ProgrammeView {
  readonly programme: string;
  readonly name: LocalText;
  readonly regime: 'ecny' | 'points' | 'no-money';
  /** True: simulated people or demonstration factors; every page says so. */
  readonly isDemonstration: boolean;
  readonly today: Day;
  readonly ledger: LedgerView;
}

/** GET /v1/ledger */
export interface LedgerView {
  readonly engine: 'embedded' | 'fabric';
  readonly channel: string;
  readonly chaincode: string;
  readonly isSameOperator: boolean;
  readonly height: number;
  readonly organisations: readonly {
    readonly mspId: string;
    readonly rootCertificate: string;
    readonly rootFingerprint: string;
  }[];
}

/** GET /v1/demo/identities, POST /v1/demo/sign-in {identity} → {token, actor}: the embedded demo only. */
export interface DemoIdentity {
  readonly identity: string;
  readonly role: 'citizen' | 'agency' | 'operator' | 'partner';
  readonly name: LocalText;
  readonly about: LocalText;
}

export interface SignIn {
  readonly token: string;
  readonly role: DemoIdentity['role'];
  readonly expiresAt: Instant;
}

/** A reason as people read it: what happened and what would change it. */
export interface ReasonView {
  readonly code: string;
  readonly text: LocalText;
  readonly next: LocalText;
}

export type SealState =
  | { readonly state: 'waiting' }
  | {
      readonly state: 'sealed';
      readonly batch: string;
      readonly index: number;
      readonly transaction: string;
      readonly block: number;
    };

/** GET /v1/me/trips?day= — newest first; one line of 行程: accepted, refused, held or reversed. GET /v1/me/trips/{activity} answers one. */
export interface TripView {
  readonly activity: string;
  readonly status: 'accepted' | 'refused' | 'held' | 'reversed';
  readonly source: string;
  readonly mode: Mode;
  readonly evidence: EvidenceClass;
  readonly day: Day;
  readonly occurredAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly fromPlace?: string;
  readonly toPlace?: string;
  readonly distanceMeters?: number;
  readonly energyWattHours?: number;
  readonly steps?: number;
  readonly reductionMilligrams: string;
  readonly record?: string;
  readonly reason?: ReasonView;
  readonly seal?: SealState;
}

/** GET /v1/me/days/{day} */
export interface CitizenDayView {
  readonly day: Day;
  readonly reductionMilligrams: string;
  readonly trips: number;
  readonly refused: number;
  readonly waitingForSeal: number;
  readonly byMode: readonly { readonly mode: Mode; readonly trips: number; readonly milligrams: string }[];
  /** Seven days that end with this one. */
  readonly week: readonly { readonly day: Day; readonly milligrams: string }[];
}

/** An account in `CitizenView`: bound, or unbound since – what was credited while it was bound stays. */
export interface BoundAccountView {
  readonly account: string;
  readonly source: string;
  readonly boundAt: Instant;
  /** Last characters of its name at the source. */
  readonly tail?: string;
  readonly creditedFrom?: Day;
  readonly unboundAt?: Instant;
}

/** GET /v1/me */
export interface CitizenView {
  readonly citizen: string;
  readonly name: string;
  readonly isSimulated: boolean;
  readonly balanceMilligrams: string;
  /** Balance less what is not sealed yet. */
  readonly redeemableMilligrams: string;
  readonly clawbackMilligrams: string;
  /** The newest day with trips; today where there are any. */
  readonly latestDay?: Day;
  readonly accounts: readonly BoundAccountView[];
}

/** GET /v1/me/records/{record} — the figure opened up. */
export interface RecordView {
  readonly trip: TripView;
  readonly methodology: {
    readonly id: string;
    readonly version: string;
    readonly digest: string;
    readonly name: LocalText;
    readonly source: string;
    readonly confidence: string;
    readonly isDemonstration: boolean;
  };
  /** The formula in plain words. */
  readonly formula: LocalText;
  /** The formula with the numbers put in. */
  readonly explanation: LocalText;
  readonly steps: readonly { readonly label: LocalText; readonly value: string; readonly unit: string }[];
  readonly isRetrospective: boolean;
  readonly seal: SealState;
}

/** GET /v1/me/records/{record}/receipt → `Receipt` as a file. */
export type ReceiptView = Receipt;

/** GET /v1/me/sources — what an account can be bound of. */
export interface SourceView {
  readonly source: string;
  readonly name: LocalText;
  /** What the account is called there, e.g. a card number. */
  readonly accountLabel: LocalText;
}

/** POST /v1/me/appeals {activity, statement} with Idempotency-Key; GET /v1/me/appeals */
export interface AppealView {
  readonly appeal: string;
  readonly activity: string;
  readonly statement: string;
  readonly status: 'open' | 'upheld' | 'declined';
  readonly createdAt: Instant;
  readonly decidedAt?: Instant;
  /** Why, in the decider's words. */
  readonly answer?: string;
  readonly outcome?: 'counted' | 'taken-back' | 'unchanged';
}

/** POST /v1/me/erasure {confirm: true}: everything of the person is erased; GET /v1/me/export answers everything as one JSON file. */
export interface ErasureView {
  readonly erasedRecords: number;
  readonly erasedAccounts: number;
  readonly erasedAt: Instant;
}

/** POST /v1/me/wallet {tier} with Idempotency-Key binds a wallet and answers `WalletView`; DELETE /v1/me/wallet unbinds. */
export type WalletTier = 'class-1' | 'class-2' | 'class-3' | 'class-4';

/** GET /v1/me/wallet */
export interface WalletView {
  readonly binding?: {
    readonly lastFour: string;
    readonly tier: string;
    readonly state: 'active' | 'frozen-in' | 'frozen-out' | 'frozen' | 'closed';
    readonly balanceFen: string;
    readonly balanceCapFen?: string;
    readonly limits: WalletLimitsView;
    /** 限额管控: the limits are those of class 4, whatever the tier. */
    readonly hasQuotaControl: boolean;
    readonly isSimulated: boolean;
  };
  readonly redeemableMilligrams: string;
  /** 追回: grams that were taken back after they had been redeemed; the next grams fill it first. */
  readonly clawbackMilligrams: string;
  readonly redeemableFen: string;
  readonly campaign?: CampaignView;
  /** Why nothing can be redeemed now, in words; absent when it can. */
  readonly obstacle?: ReasonView;
}

/** Limits of a wallet's payments as published for its tier, and what of them is used; absent where there is none, or the gateway cannot tell. */
export interface WalletLimitsView {
  readonly singleFen?: string;
  readonly dailyFen?: string;
  readonly usedTodayFen?: string;
  readonly yearlyFen?: string;
  readonly usedThisYearFen?: string;
}

export interface CampaignView {
  readonly campaign: string;
  readonly name: LocalText;
  readonly sponsor: string;
  readonly fenPerKilogram: { readonly fen: string; readonly milligrams: string };
  readonly dailyCapFen: string;
  readonly monthlyCapFen: string;
  readonly leftTodayFen: string;
  readonly leftThisMonthFen: string;
  readonly isPaused: boolean;
}

/** POST /v1/me/redemptions {amountFen} with Idempotency-Key; GET /v1/me/redemptions */
export interface RedemptionView {
  readonly redemption: string;
  readonly amountFen: string;
  readonly burnedMilligrams: string;
  readonly status: 'reserved' | 'sent' | 'settled' | 'rejected' | 'unknown' | 'returned';
  readonly createdAt: Instant;
  readonly settledAt?: Instant;
  readonly bankReference?: string;
  readonly reason?: ReasonView;
  /** Present once it stands on the ledger; its receipt is GET /v1/me/redemptions/{redemption}/receipt. */
  readonly seal?: { readonly settlement: string; readonly transaction: string; readonly block: number };
}

/** GET /v1/audit/days/{day}; POST /v1/audit/days/{day}/close with Idempotency-Key (the agency's identity) answers it again. */
export interface AuditDayView {
  readonly day: Day;
  readonly isClosed: boolean;
  readonly records: {
    readonly read: number;
    readonly used: number;
    readonly duplicate: number;
    readonly refused: number;
    readonly open: number;
  };
  /** Trips of the day by what became of them when they came; accepted trips that were taken back since are among the accepted still. */
  readonly activities: {
    readonly accepted: number;
    readonly refused: number;
    readonly held: number;
    /** 冲正: accepted trips whose grams were taken back out of this day; of an earlier, closed day they stand here too. */
    readonly reversed: number;
  };
  readonly reductionMilligrams: string;
  readonly byMode: readonly { readonly mode: Mode; readonly trips: number; readonly milligrams: string }[];
  readonly byEvidence: readonly {
    readonly evidence: EvidenceClass;
    readonly trips: number;
    readonly milligrams: string;
  }[];
  readonly byHour: readonly { readonly hour: number; readonly mode: Mode; readonly milligrams: string }[];
  readonly refusals: readonly { readonly code: string; readonly text: LocalText; readonly count: number }[];
  readonly sealed: { readonly batches: number; readonly records: number; readonly milligrams: string };
  /** Money of the day; `underWayFen` is of what was redeemed on it and is neither paid nor given back by now. */
  readonly paid: {
    readonly redeemedFen: string;
    readonly paidFen: string;
    readonly returnedFen: string;
    readonly underWayFen: string;
    /** Settled by the bank on this day, whenever it was redeemed. */
    readonly settledFen: string;
  };
  /** Whether grams posted equal grams sealed plus waiting, and fen burned equal fen instructed. */
  readonly adds: readonly {
    readonly claim: LocalText;
    readonly holds: boolean;
    readonly left: string;
    readonly right: string;
  }[];
}

/** GET /v1/audit/days → newest first */
export interface AuditDayLine {
  readonly day: Day;
  readonly isClosed: boolean;
  readonly accepted: number;
  /** Of the accepted, what was taken back. */
  readonly reversed: number;
  readonly reductionMilligrams: string;
}

/** GET /v1/audit/batches?day= ; GET /v1/audit/batches/{batch} ; leaves as a file of `count` × 64 bytes at …/leaves */
export interface BatchView {
  readonly batch: string;
  readonly day: Day;
  readonly state: 'prepared' | 'sealed';
  readonly count: number;
  readonly milligrams: string;
  readonly root: string;
  readonly sealedAt?: Instant;
  readonly transaction?: string;
  readonly block?: number;
  /** MSP ids that signed, as they stand in the block; where one batch is asked for. */
  readonly endorsedBy?: readonly string[];
  readonly header: BatchHeader;
}

/** GET /v1/audit/blocks, newest first; GET /v1/audit/blocks/{number} */
export interface BlockView {
  readonly number: number;
  readonly headerHash: string;
  readonly previousHash: string;
  readonly dataHash: string;
  readonly transactions: readonly { readonly id: string; readonly code: number; readonly function: string }[];
}

/** GET /v1/audit/refusals?day=&code= */
export interface RefusalLine {
  readonly refusal: string;
  readonly source: string;
  readonly day: Day;
  readonly code: string;
  readonly text: LocalText;
  readonly mode?: Mode;
  readonly line?: number;
  readonly field?: string;
  readonly records: number;
}

/** GET /v1/audit/records/{record}/recomputation — one gram recomputed. */
export interface RecomputationView {
  readonly record: string;
  readonly storedMilligrams: string;
  readonly recomputedMilligrams: string;
  readonly agrees: boolean;
  readonly methodology: string;
  readonly digest: string;
  readonly explanation: LocalText;
}

/** GET /v1/methodologies — what is in force, with its source. */
export interface MethodologyView {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly name: LocalText;
  readonly source: string;
  readonly confidence: string;
  readonly isDemonstration: boolean;
  readonly validFrom: Day;
  readonly validTo?: Day;
}
