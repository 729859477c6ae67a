import type { EndorsedTransaction } from '@tanhui/sdk/model';

/** Which of our service identities signs a call; each holds a certificate with the attribute `tanhui.role`. Citizens hold none. */
export type LedgerRole = 'recorder' | 'registrar' | 'settler' | 'auditor';

export interface ContractCall {
  readonly function: string;
  readonly args: readonly string[];
  /** Reaches endorsers only; never stands in a block. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  readonly as: LedgerRole;
  /** Contract name within the chaincode, where it is not the default one. */
  readonly contract?: string;
  /** MSP ids that must endorse; all of the channel's where absent. */
  readonly endorsers?: readonly string[];
}

/** An endorsed transaction as bytes, so that it can be stored and sent again. */
export interface Endorsed {
  readonly transactionId: string;
  /** `common.Envelope`, signed by the submitter. */
  readonly envelope: Uint8Array;
  /** What the contract returned. */
  readonly result: Uint8Array;
}

/** Fabric's numeric validation codes; 0 is valid. */
export const validationCodes = {
  valid: 0,
  badCreatorSignature: 4,
  invalidEndorserTransaction: 5,
  badProposalTransactionId: 8,
  duplicateTransactionId: 9,
  endorsementPolicyFailure: 10,
  mvccReadConflict: 11,
  phantomReadConflict: 12,
  invalidOther: 255,
} as const;

export interface Commit {
  readonly transactionId: string;
  readonly blockNumber: number;
  /** One of Fabric's validation codes. */
  readonly code: number;
}

export interface LedgerEvent {
  readonly blockNumber: number;
  readonly transactionId: string;
  readonly name: string;
  readonly payload: Uint8Array;
}

/** Where to go on: after this transaction of this block, or at the start of the block. */
export interface EventPosition {
  readonly blockNumber: number;
  readonly afterTransactionId?: string;
}

export interface LedgerBlock {
  readonly number: number;
  /** `common.Block`, protobuf. */
  readonly bytes: Uint8Array;
}

/** What may be claimed of the engine, and not more; shown wherever a proof is shown. */
export interface LedgerDescription {
  readonly engine: 'embedded' | 'fabric';
  readonly channel: string;
  readonly chaincode: string;
  readonly organisations: readonly { readonly mspId: string; readonly rootCertificate: string }[];
  /** True where one operator runs every organisation: tamper-evident, not tamper-resistant. */
  readonly isSameOperator: boolean;
}

/**
 * The ledger port 账本. Endorse, submit and status are separate so that state can be written between them.
 * Failures are `LedgerFailure`s; nothing else is thrown but defects.
 */
export interface LedgerClient {
  describe(): Promise<LedgerDescription>;
  evaluate(call: ContractCall): Promise<Uint8Array>;
  endorse(call: ContractCall): Promise<Endorsed>;
  /** Hands an envelope to ordering. The same envelope may be submitted again: it commits once. */
  submit(envelope: Uint8Array): Promise<void>;
  /** Waits until the transaction is in a block, valid or not; `outcome-unknown` after `timeoutMs`. */
  status(transactionId: string, options: { readonly timeoutMs: number }): Promise<Commit>;
  /** What the endorsers of a committed transaction signed, for a receipt; undefined when there is no such transaction. */
  transaction(transactionId: string): Promise<EndorsedTransaction | undefined>;
  /** Number of blocks. */
  height(): Promise<number>;
  block(number: number): Promise<LedgerBlock | undefined>;
  /** Events of valid transactions from a position on, without gap or repetition, until the signal aborts; follows the chain as it grows. */
  events(from: EventPosition, signal: AbortSignal): AsyncIterable<LedgerEvent>;
  /** Blocks from a number on; follows the chain as it grows. */
  blocks(from: number, signal: AbortSignal): AsyncIterable<LedgerBlock>;
  /** Copies every block into a file, where the engine keeps them in this installation; the state follows from them. Absent where peers keep them. */
  copyBlocks?(path: string): Promise<void>;
  close(): Promise<void>;
}

export type LedgerFailureKind =
  /** The contract refused: never retry. `contractCode` is the text before the first colon of its message. */
  | 'contract-refused'
  /** Endorsers could not be reached or disagreed: retry with backoff. */
  | 'endorse-failed'
  /** Ordering did not take it and certainly will not: endorse again. */
  | 'order-failed'
  /** Submitted, but no commit seen: ask status, then submit the same envelope again. */
  | 'outcome-unknown'
  /** In a block, but invalid: `validationCode` says why; 11 and 12 may be endorsed again. */
  | 'commit-invalid';

export class LedgerFailure extends Error {
  override readonly name = 'LedgerFailure';
  readonly kind: LedgerFailureKind;
  readonly contractCode: string | undefined;
  readonly validationCode: number | undefined;
  readonly transactionId: string | undefined;

  constructor(
    kind: LedgerFailureKind,
    message: string,
    details: { contractCode?: string; validationCode?: number; transactionId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.contractCode = details.contractCode;
    this.validationCode = details.validationCode;
    this.transactionId = details.transactionId;
  }
}
