import type { ActivityDraft, Day, Instant, MethodologyReference, Milligrams } from '@tanhui/sdk/model';
import type { JsonValue } from '@tanhui/sdk/plugin';
import type { LineName } from '@tanhui/sdk/records';
import type { OpenTransfer } from '../accounts/index.ts';
import type { AccountsDeps } from '../identity/index.ts';
import type { Clock, Log, StepTimes } from '../kernel/index.ts';
import type { PluginRegistry } from '../plugin-host/index.ts';
import type { DocumentStore, Transaction } from '../storage/index.ts';
import type { Turns } from './turns.ts';

/** A raw record as a decoder gives it: fields by header name. `line` is its place in what the caller sent, for people. */
export interface RawRecord {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A record that could not even be decoded; kept and counted like any other. What tells it apart is for its seen key, and never stored. */
export interface Undecodable extends LineName {
  readonly line: number;
  readonly code: string;
  readonly field?: string;
}

export interface IntakeScope {
  readonly source: string;
  readonly programme: string;
  readonly settings: JsonValue;
  /** Run 运行 that the records belong to. */
  readonly run: string;
}

export type RecordOutcome =
  | { readonly line: number; readonly outcome: 'used' | 'duplicate' | 'open' }
  | { readonly line: number; readonly outcome: 'refused'; readonly code: string; readonly field?: string };

/** Counts of records and activities; what a run, and its last line of JSON, are made of. */
export interface IntakeCounts {
  readonly records: {
    readonly read: number;
    readonly used: number;
    readonly duplicate: number;
    readonly refused: number;
    readonly open: number;
  };
  readonly activities: {
    readonly accepted: Readonly<Record<string, number>>;
    readonly byEvidence: Readonly<Record<string, number>>;
    readonly refused: Readonly<Record<string, number>>;
    readonly held: Readonly<Record<string, number>>;
  };
  readonly reductionMilligrams: string;
}

/** What a methodology gives for a draft, or why it gives nothing. */
export type Quantified =
  | {
      readonly kind: 'quantified';
      readonly milligrams: Milligrams;
      readonly methodology: MethodologyReference;
      readonly quantities: Readonly<Record<string, string>>;
      readonly isRetrospective: boolean;
    }
  | { readonly kind: 'refused'; readonly code: string };

export interface Quantifier {
  quantify(subject: {
    readonly programme: string;
    readonly day: Day;
    readonly draft: ActivityDraft;
    readonly creditedMeters?: number;
  }): Quantified;
  readonly methodologyOf: (reference: string) => MethodologyReference;
  districtOf(programme: string): string;
}

export interface Leg {
  readonly account: string;
  readonly asset: 'milligrams';
  readonly amount: bigint;
}

/** Double entry, as the intake needs it; joins the caller's unit of work. */
export interface Poster {
  /** Reads ahead what a transfer will meet, as far as it is known, so that posting it waits for nothing. */
  open(
    tx: Transaction,
    transfer: { readonly id: string; readonly accounts: readonly Pick<Leg, 'account' | 'asset'>[] },
  ): Promise<OpenTransfer>;
  post(
    tx: Transaction,
    transfer: {
      readonly id: string;
      readonly at: Instant;
      readonly kind: string;
      readonly legs: readonly Leg[];
      /** What an account no longer has is owed by it, rather than refused. */
      readonly mayOwe: boolean;
    },
    opened?: OpenTransfer,
  ): Promise<void>;
}

export interface IntakeDeps extends AccountsDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly steps: StepTimes;
  readonly plugins: PluginRegistry;
  readonly quantifier: Quantifier;
  readonly poster: Poster;
  readonly turns: Turns;
}
