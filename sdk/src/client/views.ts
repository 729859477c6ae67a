import type { Day, EvidenceClass, Instant, LocalText, Mode, Receipt } from './words.ts';

/** Every list answers a page; `next` goes back as `?cursor=`. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** GET /v1/programmes — every programme 碳普惠项目 that counts here, for whoever audits. */
export interface ProgrammeLine {
  readonly programme: string;
  readonly name: LocalText;
  readonly regime: 'ecny' | 'points' | 'no-money';
  readonly isDemonstration: boolean;
  /** Trips from before a methodology may count: such a record says so. */
  readonly isPilot: boolean;
  /** The one that is meant where nobody names one. */
  readonly isOwn: boolean;
}

/** GET /v1/programme?programme= — what anybody signed in sees first. */
export interface ProgrammeView {
  readonly programme: string;
  readonly name: LocalText;
  readonly regime: 'ecny' | 'points' | 'no-money';
  /** True: demonstration factors, or simulated people; every page says so. */
  readonly isDemonstration: boolean;
  /** True: people and trips are made up. */
  readonly isSimulated: boolean;
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

/** A version of a methodology as people read it. */
export interface MethodologyNamed {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly name: LocalText;
  /** Where its factors come from. */
  readonly source: LocalText;
  readonly confidence: string;
  readonly isDemonstration: boolean;
}

/** GET /v1/methodologies — what is in force, with its source. */
export interface MethodologyView extends MethodologyNamed {
  readonly validFrom: Day;
  readonly validTo?: Day;
}

/** A number that grams are worked out with. */
export interface FactorView {
  /** Decimal text. */
  readonly value: string;
  readonly unit: string;
  readonly source: LocalText;
  readonly confidence: string;
}

/** GET /v1/methodologies/{id}@{version} — a version whole, also one that nothing is counted under any more. */
export interface MethodologyTextView extends MethodologyView {
  /** `any`, or where it may be used: a division code of GB/T 2260 or a country. */
  readonly region: string;
  readonly issuer: string;
  readonly rounding: string;
  readonly formulas: readonly {
    readonly mode: Mode;
    /** As the file has it, with the names of the factors. */
    readonly formula: string;
    readonly inWords: LocalText;
    /** What is taken where the source knows no distance. */
    readonly defaultDistance?: FactorView;
  }[];
  readonly factors: readonly (FactorView & { readonly name: string; readonly label: LocalText })[];
  /** The digest is SHA-256 of `tanhui-methodology-v1`, a zero byte, and this text in UTF-8. */
  readonly canonicalText: string;
}

/** GET /v1/me/records/{record} — the figure opened up. */
export interface RecordView {
  readonly trip: TripView;
  readonly methodology: MethodologyNamed;
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
