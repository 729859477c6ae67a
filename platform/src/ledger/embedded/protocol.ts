import type { EndorsedTransaction } from '@tanhui/sdk/model';
import type { Commit, ContractCall, Endorsed, EventPosition } from '../port.ts';
import type { StateEvent } from './state.ts';

/** What the client may ask the engine's thread for. */
export type Request =
  | { readonly ask: 'evaluate'; readonly call: ContractCall }
  | { readonly ask: 'endorse'; readonly call: ContractCall }
  | { readonly ask: 'submit'; readonly envelope: Uint8Array }
  | { readonly ask: 'status'; readonly transactionId: string; readonly timeoutMs: number }
  | { readonly ask: 'transaction'; readonly transactionId: string }
  | { readonly ask: 'height' }
  | { readonly ask: 'block'; readonly number: number }
  | { readonly ask: 'events'; readonly from: EventPosition }
  | { readonly ask: 'copy'; readonly path: string }
  | { readonly ask: 'close' };

export interface Answers {
  readonly evaluate: Uint8Array;
  readonly endorse: Endorsed;
  readonly submit: null;
  readonly status: Commit;
  readonly transaction: EndorsedTransaction | null;
  readonly height: number;
  readonly block: Uint8Array | null;
  readonly events: readonly StateEvent[];
  readonly copy: null;
  readonly close: null;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly message: string;
      readonly failure?: { readonly kind: string; readonly contractCode?: string | undefined };
    };
