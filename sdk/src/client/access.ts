import type { Paging, Transport } from './transport.ts';
import type { PageOf, SignIn } from './views.ts';
import type { Instant, LocalText } from './words.ts';

export type CredentialRole = 'partner' | 'agency' | 'operator';

/** GET /v1/credentials — newest first; an operator sees all of them, anybody else its own organisation's. */
export interface CredentialView {
  readonly credential: string;
  readonly role: CredentialRole;
  readonly subject: string;
  readonly label: string;
  readonly sources?: readonly string[];
  readonly programme?: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt?: Instant;
  readonly revokedAt?: Instant;
  /** Until when the secret before the last rotation is valid. */
  readonly overlapUntil?: Instant;
}

/** The one answer that holds a secret; it is not to be had again. */
export interface SecretView {
  readonly credential: string;
  readonly secret: string;
}

/** POST /v1/credentials */
export interface NewCredential {
  readonly role: CredentialRole;
  readonly subject?: string;
  readonly label: string;
  readonly sources?: readonly string[];
  readonly programme?: string;
  readonly validForDays?: number;
}

/** GET /v1/audit/trail and /v1/me/looks — newest first. */
export interface TrailEntryView {
  readonly day: string;
  readonly sequence: number;
  readonly at: Instant;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly text: LocalText;
  readonly subject: string;
  readonly person?: string;
  readonly reason?: string;
  readonly previous: string;
  readonly hash: string;
}

/** GET /v1/audit/trail/days/{day}/check — every hash of the day recomputed. */
export interface TrailCheckView {
  readonly day: string;
  readonly entries: number;
  readonly head: string;
  readonly isWhole: boolean;
  readonly brokenAt?: number;
}

const of = encodeURIComponent;

/** Credentials 凭证, the trail 留痕, and what a person may know of looks at him. */
export function accessCalls({ json }: Transport) {
  const post = <Answer>(path: string, body: unknown, idempotencyKey?: string) =>
    json<Answer>(path, { method: 'POST', body, ...(idempotencyKey !== undefined && { idempotencyKey }) });
  return {
    /** Trades a credential's secret, given as the client's token, for a token of fifteen minutes. */
    token: () => post<SignIn>('/v1/tokens', {}),
    /** Trades the bootstrap token, given as the client's token, for the first operator credential. */
    bootstrap: (subject: string, label: string) => post<SecretView>('/v1/bootstrap', { subject, label }),
    /** Of the command line on the server, while there is no administrator yet. */
    bootstrapToken: () => post<{ readonly token: string }>('/v1/bootstrap/token', {}),
    credentials: (paging: Paging = {}) => json<PageOf<CredentialView>>('/v1/credentials', { query: { ...paging } }),
    issue: (credential: NewCredential, idempotencyKey: string) =>
      post<SecretView>('/v1/credentials', credential, idempotencyKey),
    /** The secret before stays valid for `overlapHours`, so that programs can be changed over one by one. */
    rotate: (credential: string, overlapHours: number, idempotencyKey: string) =>
      post<SecretView>(`/v1/credentials/${of(credential)}/rotate`, { overlapHours }, idempotencyKey),
    revoke: (credential: string, reason: string, idempotencyKey: string) =>
      post<CredentialView>(`/v1/credentials/${of(credential)}/revoke`, { reason }, idempotencyKey),
    trail: (query: Paging & { readonly day?: string } = {}) =>
      json<PageOf<TrailEntryView>>('/v1/audit/trail', { query: { ...query } }),
    checkTrail: (day: string) => json<TrailCheckView>(`/v1/audit/trail/days/${day}/check`),
    /** Who looked at the signed-in person's data. */
    looks: (paging: Paging = {}) => json<PageOf<TrailEntryView>>('/v1/me/looks', { query: { ...paging } }),
  };
}
