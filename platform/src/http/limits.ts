/** Every bound of the HTTP door; each has a test at it and beyond it. */
export const limits = {
  /** A body of JSON. */
  maxBodyBytes: 1_048_576,
  /** Arrays and objects within each other. */
  maxJsonDepth: 32,
  /** Path and query together. */
  maxUrlBytes: 4_096,
  maxQueryParameters: 30,
  /** The request line and all headers; Node's own parser refuses beyond it. */
  maxHeaderBytes: 16_384,
  maxConnections: 1_024,
  /** Streams of records that are taken at once. */
  maxStreams: 16,
  /** Until all headers are there. */
  headersTimeoutMs: 10_000,
  /** Until all of a JSON body is there. */
  bodyTimeoutMs: 15_000,
  /** Without a byte in either direction, also in the middle of a stream. */
  idleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 5_000,
  /** How long a stop waits for requests under way. */
  drainTimeoutMs: 10_000,
  /** Wrong credentials from one address, each minute. */
  maxFailedSignInsPerMinute: 30,
  /** Of the header that says why somebody looks. */
  maxReasonCharacters: 200,
} as const;

/** Bounds that depend on the city's size and its network; the defaults of the configuration. */
export interface Rates {
  /** Requests of one credential or person, each minute. */
  readonly perCredentialPerMinute: number;
  /** Requests of one address, each minute; many people share one behind a carrier's network. */
  readonly perAddressPerMinute: number;
}
