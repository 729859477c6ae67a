import type { Day, EvidenceClass, Mode } from '@tanhui/sdk/model';
import type { Collection } from '../storage/index.ts';

/** 低碳行为 as stored. The account is a pseudonym; a vehicle and a way are keyed digests. */
export interface ActivityDocument {
  readonly programme: string;
  readonly day: string;
  readonly source: string;
  readonly account: string;
  readonly sourceKey: string;
  /** Its source key holds whatever the day and the account. */
  readonly sourceKeyIsGlobal?: true;
  readonly status: 'accepted' | 'refused' | 'held' | 'reversed';
  readonly code?: string;
  readonly mode: Mode;
  readonly evidence: EvidenceClass;
  readonly occurredAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly distanceMeters?: number;
  readonly energyWattHours?: number;
  readonly steps?: number;
  readonly fromPlace?: string;
  readonly toPlace?: string;
  readonly district: string;
  readonly basis: string;
  readonly basedOn?: string;
  readonly record?: string;
  /** Records that took one of this activity's records back, oldest first. */
  readonly reversals?: readonly string[];
  /** Records that stand in, on a later day, for records of this activity that came too late for theirs; oldest first. */
  readonly standIns?: readonly string[];
  /** Of a held one: what it was held against, and the keys of its own day under which it claims its journey once it counts. */
  readonly claim?: { readonly against: string; readonly keys: readonly string[] };
  /** Of one that counts, has counted or was refused, and is not held: the keys of its own day under which its journey is claimed while it counts. */
  readonly claimKeys?: readonly string[];
  readonly run: string;
}

export const activities: Collection<ActivityDocument> = { name: 'activities', keys: 'time-led', indexes: [] };

/** Lines that follow one another; `records` are fewer where others stand between them. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
  readonly records: number;
}

/** 拒绝 and holds, one line each: records that a source or the acceptance would not take, kept with the reason. */
export interface RefusalDocument {
  readonly programme: string;
  readonly day: string;
  readonly at: number;
  readonly source: string;
  readonly run: string;
  readonly code: string;
  readonly kind: 'record' | 'activity' | 'held';
  readonly records: number;
  /** The first of its lines in what was sent. */
  readonly line?: number;
  /** All of them, where it had several records. */
  readonly lines?: readonly LineRange[];
  readonly field?: string;
  readonly mode?: Mode;
  readonly activity?: string;
}

export const refusalsKept: Collection<RefusalDocument> = {
  name: 'refusals',
  keys: 'time-led',
  indexes: [
    { name: 'by_day', fields: ['day', 'programme', 'code'] },
    {
      name: 'by_run',
      fields: ['run', 'line'],
      exception: 'a run id begins with the instant at which the run was opened',
    },
  ],
};

/** Source keys whose time may be corrected later: unique whatever the day. */
export interface GlobalKeyDocument {
  readonly activity: string;
  /** The record that was taken back last under this key; from then on a corrected one may take it. */
  readonly reversed?: string;
  /** Of a key that is held: what was `reversed` before, should its holder not come to count. */
  readonly before?: string;
}

export const globalSourceKeys: Collection<GlobalKeyDocument> = {
  name: 'global_source_keys',
  keys: { exception: 'an order id whose time may be corrected has to be found without its time' },
  indexes: [],
};

/**
 * 行程主张: what claimed a vehicle, or a cell of a way, at a time; found by its keyed digest within each day that its journey touches. Whose it is says the activity
 * alone, so that an erased one still holds its journey and leads to nobody.
 */
export interface ClaimDocument {
  readonly claims: readonly {
    readonly from: number;
    readonly to: number;
    readonly activity: number;
    /** Its own day, where that is not the one of the key that it stands under. */
    readonly day?: Day;
  }[];
}

export const claims: Collection<ClaimDocument> = { name: 'journey_claims', keys: 'time-led', indexes: [] };
