import type { Instant } from '@tanhui/sdk/model';

/** Time, as everything but the edge sees it. */
export interface Clock {
  now(): Instant;
}

/** Randomness for ids, salts and secrets. */
export interface Random {
  bytes(count: number): Uint8Array;
}

export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

/** One event with a constant name and fields beside it; no text is built from data. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields & { readonly error?: never }, cause?: unknown): void;
  child(fields: LogFields): Log;
}

/** 指标, counted as things happen; what they are told apart by comes from closed lists, never from data. */
export interface Metrics {
  /** A request whose answer begins. */
  answered(request: {
    readonly method: string;
    /** As it is declared, with `:names`; `file` where no route was met. */
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  refused(code: string): void;
  /** What became of records of a source. */
  records(source: string, outcomes: Readonly<Record<string, number>>): void;
}
