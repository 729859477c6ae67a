import type { Instant } from './time.ts';

/** 出行方式: how somebody moved, or what was charged. The order is the leaf's mode byte and never changes; new modes go last. */
export const modes = ['metro', 'bus', 'bike', 'walk', 'ev-charging', 'tram', 'train', 'ferry'] as const;
export type Mode = (typeof modes)[number];

/** 证据等级, strongest first. What each class may earn stands in the platform's published table. */
export const evidenceClasses = ['metered', 'measured', 'provider', 'inferred', 'default', 'self-declared'] as const;
export type EvidenceClass = (typeof evidenceClasses)[number];

/** What an activity takes of a person's time: an interval, one point, or nothing (a day of steps). */
export type Occupies =
  | { readonly kind: 'interval'; readonly from: Instant; readonly to: Instant; readonly group: 'travel' | 'charging' }
  | { readonly kind: 'point'; readonly at: Instant; readonly group: 'travel' }
  | { readonly kind: 'none' };

/**
 * 低碳行为, as a source proposes it. Quantities are whole numbers with the unit in the name; a methodology names the ones it needs.
 */
export interface ActivityDraft {
  /** References of the records that this activity consumes, as the host handed them over. */
  readonly records: readonly number[];
  /** The account's name at the source (a card number, a user id). The host replaces it by a keyed pseudonym before anything is stored. */
  readonly account: string;
  /**
   * Unique within account and day for this source, unless `sourceKeyIsGlobal`. Never made from the account's name: when a journey is settled the source
   * sees a pseudonym in its place, and the same fact has to have the same key.
   */
  readonly sourceKey: string;
  /** True where the source has an id of its own whose time may be corrected later (an order id). */
  readonly sourceKeyIsGlobal?: boolean;
  readonly mode: Mode;
  readonly evidence: EvidenceClass;
  /** The instant that decides the day; the end where it is known. */
  readonly occurredAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly occupies: Occupies;
  readonly distanceMeters?: number;
  readonly energyWattHours?: number;
  readonly steps?: number;
  /** A vehicle's id at the source, where two accounts could claim the same ride. Pseudonymised like the account. */
  readonly vehicle?: string;
  /** Coarse place-and-time cells of the way, where the source has a track; the host keys them before storing. */
  readonly sketch?: readonly string[];
  /** Names of places for people ('青岛站'); never coordinates. */
  readonly fromPlace?: string;
  readonly toPlace?: string;
  /** GB/T 2260 district, six digits, where the source knows it. */
  readonly district?: string;
  /** Code of the rule that gave the quantity, e.g. `network-path`, `fare-band`; explained to people. */
  readonly basis: string;
  /** Digest or id of versioned data that the quantity rests on (a network). */
  readonly basedOn?: string;
}

/** A record, or a pair of them, that the source itself refuses. */
export interface SourceRefusal {
  readonly records: readonly number[];
  /** Stable upper-case code, e.g. `TAPS_SAME_STATION`. */
  readonly code: string;
  readonly field?: string;
  readonly account?: string;
  readonly occurredAt?: Instant;
  readonly mode?: Mode;
}
