import { sha256 } from '../kernel/index.ts';

/** Base64url digits of six bits: 132 bits of a digest. */
const digestDigits = 22;

/** Keys of one installation, made at set-up and never stored beside the data they protect. */
export interface PlatformKeys {
  /** 32 bytes: turns names at a source into account ids. */
  readonly pseudonym: Uint8Array;
  /** 32 bytes: turns account ids into suppression entries; separate, so that erasing an account leaves nothing to go back by. */
  readonly suppression: Uint8Array;
}

/** 账户: a card, a bike account, a phone; `acc_` and 132 bits. */
export type AccountId = string & { readonly __account: true };

/**
 * The account's id: a keyed hash of source and name, so that the name at the source is stored nowhere.
 * The key stands before and after the message, which leaves nothing to extend.
 */
export function accountIdOf(keys: PlatformKeys, source: string, name: string): AccountId {
  return `acc_${keyed(keys.pseudonym, `account\0${source}\0${name}`)}` as AccountId;
}

/** A keyed digest of anything a source names (a vehicle, a cell of a way): 132 bits, base64url. */
export function keyedDigest(keys: PlatformKeys, kind: string, text: string): string {
  return keyed(keys.pseudonym, `${kind}\0${text}`);
}

/** Under which an erased account is refused for good, without being known. */
export function suppressionKeyOf(keys: PlatformKeys, account: AccountId): string {
  return `sup_${keyed(keys.suppression, account)}`;
}

function keyed(key: Uint8Array, text: string): string {
  return sha256([key, text, key], 'base64url').slice(0, digestDigits);
}
