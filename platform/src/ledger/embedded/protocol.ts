import type { EndorsedTransaction } from '@tanhui/sdk/model';
import type { Commit, ContractCall, Endorsed, EventPosition, LedgerFailureKind } from '../port.ts';
import type { StateEvent } from './state.ts';

/** What the engine's thread is asked for. */
export interface EngineService {
  evaluate(call: ContractCall): Promise<Uint8Array>;
  endorse(call: ContractCall): Promise<Endorsed>;
  submit(envelope: Uint8Array): void;
  status(transactionId: string, timeoutMs: number): Promise<Commit>;
  transaction(transactionId: string): EndorsedTransaction | undefined;
  height(): number;
  block(number: number): Uint8Array | undefined;
  events(from: EventPosition): readonly StateEvent[];
  copy(path: string): void;
  close(): void;
}

/** What travels of a ledger's failure besides its message. */
export interface FailureDetails {
  readonly kind: LedgerFailureKind;
  readonly contractCode?: string;
}
