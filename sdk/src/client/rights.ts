import type { Transport } from './transport.ts';
import type { CitizenView, PageOf } from './views.ts';
import type { Instant, LocalText } from './words.ts';

/** GET /v1/me/consent-text — shown before a binding; its version goes into `AccountBinding.consent`. */
export interface ConsentTextView {
  readonly version: string;
  /** SHA-256 of the text in both languages, hex; a consent keeps it. */
  readonly digest: string;
  readonly text: LocalText;
}

/** GET /v1/me/consents, newest first. DELETE /v1/me/consents/{source} withdraws and unbinds every account of the source. */
export interface ConsentView {
  readonly consent: string;
  readonly source: string;
  readonly account: string;
  readonly textVersion: string;
  readonly textDigest: string;
  readonly grantedAt: Instant;
  readonly withdrawnAt?: Instant;
}

/** POST /v1/me/accounts binds. */
export interface AccountBinding {
  readonly source: string;
  /** The account's name at the source; it is stored nowhere. */
  readonly account: string;
  /** Version of the consent text that the person has read. */
  readonly consent: string;
}

/** What a binding did. */
export interface BindingView {
  readonly account: string;
  readonly isNew: boolean;
  /** Grams of earlier trips that were credited, before overlap took some back. */
  readonly creditedMilligrams: string;
  readonly creditedTrips: number;
  /** Trips of the person's accounts that lost against stronger ones; each has its reason among the trips. */
  readonly reversedTrips: number;
}

/** What an unbinding means, in words to show. */
export interface UnbindingView {
  readonly accounts: readonly string[];
  readonly keptMilligrams: string;
  readonly laterRecords: 'refused';
  readonly text: LocalText;
}

const of = encodeURIComponent;

/** Consent, binding and what a person may ask for. */
export function rightsCalls({ json }: Transport) {
  return {
    consentText: () => json<ConsentTextView>('/v1/me/consent-text'),
    consents: () => json<PageOf<ConsentView>>('/v1/me/consents'),
    withdrawConsent: (source: string) =>
      json<CitizenView & { readonly unbinding: UnbindingView }>(`/v1/me/consents/${of(source)}`, { method: 'DELETE' }),
    bindAccount: (body: AccountBinding) =>
      json<CitizenView & { readonly binding: BindingView }>('/v1/me/accounts', { method: 'POST', body }),
    unbindAccount: (account: string) =>
      json<CitizenView & { readonly unbinding: UnbindingView }>(`/v1/me/accounts/${of(account)}`, { method: 'DELETE' }),
  };
}
