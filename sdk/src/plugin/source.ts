import type { ActivityDraft, Instant, Mode, SourceRefusal } from '../model/index.ts';

/** One decoded record: fields by header name, trimmed of nothing. `ref` is the host's own number for it within a call. */
export interface SourceRecord {
  readonly ref: number;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Open state of one key (a card with an entry that waits for its exit): plain JSON, kept by the host between calls and within the
 * source's byte cap. `records` are the records that wait in it, so that the host can account for each of them.
 */
export interface OpenJourney {
  readonly records: readonly OpenRecord[];
  /** Whatever the source needs to go on; aggregates, not piles of points. */
  readonly state: JsonValue;
  /** Instant of the newest thing in it; the host expires or settles by it. */
  readonly updatedAt: Instant;
}

/** A record that waits. Its `ref` is good for one call: the host numbers waiting records anew (below zero) each time it hands them over. */
export interface OpenRecord {
  readonly ref: number;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface TransformInput<Settings> {
  /** In the order of their event time; ties keep input order. */
  readonly records: readonly SourceRecord[];
  /** Open journeys of every key that the records have; a key without one is absent. */
  readonly open: Readonly<Record<string, OpenJourney>>;
  readonly settings: Settings;
}

export interface SettleInput<Settings> {
  /** Journeys whose lateness window has passed, or all of the run at its end. */
  readonly open: Readonly<Record<string, OpenJourney>>;
  readonly settings: Settings;
}

export interface TransformOutput {
  readonly activities: readonly ActivityDraft[];
  readonly refusals: readonly SourceRefusal[];
  /** Records that were used as context of an activity without belonging to one (a resting GPS point). */
  readonly contextRecords?: readonly number[];
  /** New state of each key that was touched; an empty `records` removes the key. A key left out keeps what it had, if it had no new record. */
  readonly open: Readonly<Record<string, OpenJourney>>;
}

/**
 * The contribution point `activities.sources`: turns records of one format into activities. Pure: no clock, no network, no memory
 * between calls. Every record handed over ends in exactly one place: an activity, a refusal, context, or an open journey.
 */
export interface ActivitySource<Settings = JsonValue> {
  readonly id: string;
  readonly title: { readonly 'zh-CN': string; readonly en: string };
  readonly modes: readonly Mode[];
  /** Header names a record must have; the host refuses a file without them before anything is read. */
  readonly requiredFields: readonly string[] | ((settings: Settings) => readonly string[]);
  /** How long after its event a record may still arrive, over HTTP. */
  readonly latenessMs: number;
  /** After this an open record gets a coded expiry. */
  readonly openExpiryMs: number;
  readonly openBytesPerKey: number;
  /** Checks settings and gives them their type; throws `SettingsError` with the field. */
  parseSettings(raw: JsonValue): Settings;
  /** What groups open state, e.g. the card; undefined when the record cannot be read. */
  keyOf(record: SourceRecord, settings: Settings): string | undefined;
  /** The declared event time; undefined when the record cannot be read, so it sorts first and is refused by `transform`. */
  eventTimeOf(record: SourceRecord, settings: Settings): Instant | undefined;
  transform(input: TransformInput<Settings>): TransformOutput;
  settle(input: SettleInput<Settings>): TransformOutput;
  /**
   * An open journey without some of its waiting records, of which at least one is left: they expired, or their run was undone. A source that cannot tell them
   * apart any more leaves this out; its journeys then end as a whole.
   */
  forget?(journey: OpenJourney, refs: readonly number[]): OpenJourney;
}

/** Settings of a source that cannot be used; `field` says which. */
export class SettingsError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'SettingsError';
    this.field = field;
  }
}
