import type { BatchHeader, Day, EvidenceClass, Instant, LocalText, Mode, RecordCounts } from './words.ts';

/**
 * 日结状态: `open` takes records; `closing` takes none any more and is not closed on the ledger, because a close was cut off or refused: closing it again goes on
 * from there; `closed` stands on the ledger.
 */
export type CloseState = 'open' | 'closing' | 'closed';

/** How a claim stands: a person has to look at `too-late` and `differs`, `under-way` goes by itself. */
export type ClaimStanding = 'agrees' | 'under-way' | 'too-late' | 'differs';

/** GET /v1/audit/days/{day}; POST /v1/audit/days/{day}/close with Idempotency-Key (the agency's identity) answers it again. */
export interface AuditDayView {
  readonly day: Day;
  readonly isClosed: boolean;
  readonly closeState: CloseState;
  /** From when on the agency may close it: when the day is over and the longest lateness window of its sources has passed. */
  readonly closableAt: Instant;
  readonly records: RecordCounts;
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
  /** Records of the day by where they are, with their grams net of what was taken back: in its seals … */
  readonly sealed: { readonly batches: number; readonly records: number; readonly milligrams: string };
  /** … waiting for one … */
  readonly waiting: { readonly records: number; readonly milligrams: string };
  /** … in none yet, because the day was closed on the ledger before they came there … */
  readonly tooLate: { readonly records: number; readonly milligrams: string };
  /** … or, of those, with a record of a later day that stands in for each: their grams count there. */
  readonly standIns: { readonly records: number; readonly milligrams: string };
  /** Money of the day; `underWayFen` is of what was redeemed on it and is neither paid nor given back by now. */
  readonly paid: {
    readonly redeemedFen: string;
    readonly paidFen: string;
    readonly returnedFen: string;
    readonly underWayFen: string;
    /** Settled by the bank on this day, whenever it was redeemed. */
    readonly settledFen: string;
    readonly settledPayments: number;
    /** Grams burned for what was settled. */
    readonly settledMilligrams: string;
    /** Settlement seals begun for it. */
    readonly seals: number;
  };
  /** Claims of which each side comes from another place. */
  readonly adds: readonly {
    readonly claim: LocalText;
    /** Whether both sides are equal now. */
    readonly holds: boolean;
    /** Where they are not: what is missing waits for its seal (`under-way`), came too late for the close (`too-late`), or is explained by nothing (`differs`). */
    readonly standing: ClaimStanding;
    readonly left: string;
    readonly right: string;
    /** What is missing, counted; where something is. */
    readonly note?: LocalText;
  }[];
}

/** GET /v1/audit/days → newest first */
export interface AuditDayLine {
  readonly day: Day;
  readonly isClosed: boolean;
  readonly closeState: CloseState;
  readonly accepted: number;
  /** Of the accepted, what was taken back. */
  readonly reversed: number;
  readonly reductionMilligrams: string;
}

/** GET /v1/audit/batches?day= ; GET /v1/audit/batches/{batch} ; leaves as a file of `count` × 64 bytes at …/leaves */
export interface BatchView {
  readonly batch: string;
  readonly day: Day;
  /** `too-late`: the day was closed on the ledger without it. */
  readonly state: 'prepared' | 'sealed' | 'too-late';
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
