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

/** Counters and timings; labels are from closed lists, never from data. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  observeMs(name: string, milliseconds: number, labels?: Readonly<Record<string, string>>): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}
