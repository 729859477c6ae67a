import { ClientProblem, ClientUnreachable } from '@tanhui/sdk/client';

/** Why a page or an act has no answer. Each is a designed state with a sentence and a next step. */
export type Trouble =
  | { readonly kind: 'refused'; readonly code: string; readonly text: string; readonly next: string }
  | { readonly kind: 'failed'; readonly traceId?: string }
  | { readonly kind: 'offline' }
  | { readonly kind: 'signed-out' };

export function troubleOf(error: unknown): Trouble {
  if (error instanceof ClientUnreachable) return { kind: 'offline' };
  if (!(error instanceof ClientProblem)) return { kind: 'failed' };
  if (error.status === 401) return { kind: 'signed-out' };
  if (error.status >= 500 && error.status !== 503)
    return { kind: 'failed', ...(error.traceId !== undefined && { traceId: error.traceId }) };
  return { kind: 'refused', code: error.code, text: error.message, next: error.next };
}
