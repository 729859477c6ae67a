import type { BatchHeader, Day, EvidenceClass, Mode, RecordKind } from '@tanhui/sdk/model';
import type { Collection } from '../storage/index.ts';

/** 减排记录 as stored; `bodyOf` gives the canonical body that its commitment opens to. */
export interface RecordDocument {
  readonly account: string;
  readonly activity: string;
  readonly kind: RecordKind;
  readonly mode: Mode;
  readonly district: string;
  readonly evidence: EvidenceClass;
  /** `id@version` */
  readonly methodology: string;
  readonly milligrams: string;
  readonly quantities: Readonly<Record<string, string>>;
  /** Hex. */
  readonly nullifier: string;
  /** Base64. */
  readonly commitment: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly retrospective?: true;
  readonly reverses?: string;
  /** The person asked for erasure: the body is gone, the leaf stays. */
  readonly erasedAt?: number;
}

export const carbonRecords: Collection<RecordDocument> = { name: 'carbon_records', keys: 'time-led', indexes: [] };

/** Totals of one programme and day, kept by every unit of work that changes them. */
export interface DayTotals {
  readonly records: {
    readonly read: number;
    readonly used: number;
    readonly duplicate: number;
    readonly refused: number;
    readonly open: number;
  };
  readonly activities: {
    readonly accepted: number;
    readonly refused: number;
    readonly held: number;
    readonly reversed: number;
  };
  readonly milligrams: string;
  readonly byMode: Readonly<Record<string, readonly [count: number, milligrams: string]>>;
  readonly byEvidence: Readonly<Record<string, readonly [count: number, milligrams: string]>>;
  /** `hour/mode` to milligrams. */
  readonly byHour: Readonly<Record<string, string>>;
  readonly refusals: Readonly<Record<string, number>>;
}

/** 账本日: sequences, seal pointers and totals of one programme and day. */
export interface ProgrammeDayDocument {
  readonly programme: string;
  readonly day: string;
  readonly lastActivity: number;
  readonly lastRecord: number;
  /** Records up to here stand in a batch whose order is stored. */
  readonly lastPrepared: number;
  /** Records up to here are on the ledger, but for those that came too late. */
  readonly lastSealed: number;
  readonly batches: number;
  readonly sealedMilligrams: string;
  /** When the oldest record came that no batch holds yet. */
  readonly pendingAt?: number;
  /** From here on it takes no records. */
  readonly closedAt?: number;
  /** The agency's close stands on the ledger. */
  readonly ledgerClosedAt?: number;
  /** Which of its records are missing on its closed day on the ledger, and, while nothing stands in for some of them, since when that is known. */
  readonly tooLateAt?: number;
  readonly tooLate?: readonly TooLate[];
  readonly totals: DayTotals;
}

/** 逾期批次: records of a batch that the agency closed the day without. */
export interface TooLate {
  readonly first: number;
  readonly count: number;
  /** Net of reversals. */
  readonly milligrams: string;
  /** For how many of them, from the first on, a record of a later day stands in. */
  readonly standIns?: { readonly count: number; readonly milligrams: string };
}

export const programmeDays: Collection<ProgrammeDayDocument> = {
  name: 'programme_days',
  keys: 'time-led',
  indexes: [
    { name: 'pending', fields: ['pendingAt'], sparse: true },
    { name: 'too_late', fields: ['tooLateAt'], sparse: true },
    {
      name: 'by_programme',
      fields: ['programme', 'day'],
      exception: 'a programme has one document a day; the console lists its days newest first',
    },
  ],
};

export function programmeDayKey(programme: string, day: Day): string {
  return `${day}/${programme}`;
}

/** `too-late`: its day was closed on the ledger without it. */
export type BatchState = 'prepared' | 'submitted' | 'sealed' | 'too-late';

/** 批次: its range of records and their order are stored before the first try. */
export interface BatchDocument {
  readonly programme: string;
  readonly day: string;
  readonly first: number;
  readonly count: number;
  readonly header: BatchHeader;
  /** For each place in the batch the offset of its record from `first`: unsigned 16-bit little-endian, base64. */
  readonly order: string;
  readonly milligrams: string;
  readonly state: BatchState;
  /** Present while it is on its way: when it was prepared. */
  readonly openAt?: number;
  /** The endorsed envelope, base64, so that the same one can be submitted again. */
  readonly envelope?: string;
  readonly transaction?: string;
  /** Of an open one: transactions of envelopes in whose place another was endorsed although they may be in a block. */
  readonly earlier?: readonly string[];
  readonly block?: number;
  readonly sealedAt?: number;
}

export const batches: Collection<BatchDocument> = {
  name: 'batches',
  keys: 'time-led',
  indexes: [
    { name: 'open', fields: ['openAt'], sparse: true },
    { name: 'by_day', fields: ['day', 'programme', 'first'] },
  ],
};

export const emptyTotals: DayTotals = {
  records: { read: 0, used: 0, duplicate: 0, refused: 0, open: 0 },
  activities: { accepted: 0, refused: 0, held: 0, reversed: 0 },
  milligrams: '0',
  byMode: {},
  byEvidence: {},
  byHour: {},
  refusals: {},
};

export function newProgrammeDay(programme: string, day: Day): ProgrammeDayDocument {
  return {
    programme,
    day,
    lastActivity: 0,
    lastRecord: 0,
    lastPrepared: 0,
    lastSealed: 0,
    batches: 0,
    sealedMilligrams: '0',
    totals: emptyTotals,
  };
}
