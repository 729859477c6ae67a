import { createHash, hash } from 'node:crypto';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { Instant } from '@tanhui/sdk/model';
import type { Clock } from '../kernel/index.ts';
import { required } from '../kernel/index.ts';
import type { Collection, DocumentStore, Stored, Transaction } from '../storage/index.ts';
import { refusalOf } from './errors.ts';
import { refuseHttp } from './refusals.ts';

/** 留存的答复: what was answered under a caller's key, for its idempotency 幂等. Written before the act, completed after it. */
interface KeptAnswer {
  /** SHA-256 of method, address and body. */
  readonly fingerprint: string;
  readonly startedAt: Instant;
  /** The answer as JSON; absent while the act is under way, or when its end was not seen. */
  readonly answer?: string;
  /** The answer held a secret and was not kept. */
  readonly isSecret?: true;
}

export const keptAnswers: Collection<KeptAnswer> = { name: 'kept_answers', keys: 'time-led', indexes: [] };

/** An act that has not ended after this long has lost its process. */
const underWayMs = 60_000;
/** Days, besides the running one, on which a key still answers: at least 24 hours. */
const keptDays = 1;
/** An answer beyond this is not kept: its repetition is told to look for itself. */
const maxAnswerCharacters = 262_144;

export interface KeyedAct {
  /** Whose key it is; two callers may choose the same one. */
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: string;
  /** The module behind the route takes the key itself, so that the act may be tried again when its end was not seen. */
  readonly isRepeatable: boolean;
  readonly isSecret: boolean;
}

export interface IdempotencyDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
}

export interface Performed {
  readonly answer: unknown;
  readonly isReplay: boolean;
}

/** What makes two requests the same: method, address with query, and body as it came. */
export function fingerprintOf(method: string, url: string, body: Uint8Array): string {
  return createHash('sha256').update(`${method} ${url}\n`).update(body).digest('hex');
}

/**
 * Carries out an act once for each key. The same key again gets the kept answer; with another request it is refused. A refused act has changed
 * nothing and frees its key. An act whose end was not seen is tried again where its module knows the key, and is otherwise answered as unknown.
 */
export async function performOnce(
  deps: IdempotencyDeps,
  act: KeyedAct,
  perform: () => Promise<unknown>,
): Promise<Performed> {
  const claimed = await deps.store.unitOfWork((tx) => claim(tx, deps.clock.now(), act));
  if ('replay' in claimed) return { answer: claimed.replay, isReplay: true };
  const answer = await perform().catch(async (error: unknown) => {
    if (refusalOf(error) !== undefined || act.isRepeatable) await release(deps.store, claimed.documentKey);
    throw error;
  });
  await complete(deps.store, claimed.documentKey, { answer, isSecret: act.isSecret });
  return { answer, isReplay: false };
}

type Claim = { readonly documentKey: string } | { readonly replay: unknown };

async function claim(tx: Transaction, now: Instant, act: KeyedAct): Promise<Claim> {
  const digest = hash('sha256', `${act.caller}\n${act.key}`, 'hex').slice(0, 32);
  const today = dayOf(now);
  const days = Array.from({ length: keptDays + 1 }, (_, back) => addDays(today, -back));
  const found = [
    ...(
      await tx.getMany(
        keptAnswers,
        days.map((day) => `${day}/${digest}`),
      )
    ).values(),
  ][0];
  if (found !== undefined) return again(tx, { found, now, act });
  const documentKey = `${today}/${digest}`;
  const value = { fingerprint: act.fingerprint, startedAt: now };
  await tx.insertMany(keptAnswers, [{ key: documentKey, value }]);
  return { documentKey };
}

async function again(
  tx: Transaction,
  { found, now, act }: { readonly found: Stored<KeptAnswer>; readonly now: Instant; readonly act: KeyedAct },
): Promise<Claim> {
  const { fingerprint, startedAt, answer, isSecret } = found.value;
  if (fingerprint !== act.fingerprint) throw refuseHttp('HTTP_IDEMPOTENCY_CONFLICT');
  if (isSecret === true) throw refuseHttp('HTTP_IDEMPOTENCY_SECRET_SHOWN');
  if (answer !== undefined) return { replay: JSON.parse(answer) as unknown };
  if (now - startedAt < underWayMs) throw refuseHttp('HTTP_IDEMPOTENCY_UNDER_WAY', { retryAfterSeconds: 2 });
  if (!act.isRepeatable) throw refuseHttp('HTTP_IDEMPOTENCY_UNKNOWN');
  await tx.replaceMany(keptAnswers, [{ ...found, value: { fingerprint, startedAt: now } }]);
  return { documentKey: found.key };
}

async function release(store: DocumentStore, documentKey: string): Promise<void> {
  await store.unitOfWork((tx) => tx.removeMany(keptAnswers, [documentKey]));
}

async function complete(
  store: DocumentStore,
  documentKey: string,
  { answer, isSecret }: { readonly answer: unknown; readonly isSecret: boolean },
): Promise<void> {
  const text = JSON.stringify(answer ?? {});
  await store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(keptAnswers, documentKey), 'claimed key');
    const kept = isSecret ? { isSecret: true as const } : text.length > maxAnswerCharacters ? {} : { answer: text };
    await tx.replaceMany(keptAnswers, [{ ...stored, value: { ...stored.value, ...kept } }]);
  });
}

/** Removes what has expired, a page at a time; false when nothing was left. */
export async function forgetAnswers({ store, clock }: IdempotencyDeps): Promise<boolean> {
  const before = addDays(dayOf(clock.now()), -keptDays);
  const page = await store.find(keptAnswers, { index: 'key', before, limit: 500 });
  if (page.items.length === 0) return false;
  await store.unitOfWork((tx) =>
    tx.removeMany(
      keptAnswers,
      page.items.map(({ key }) => key),
    ),
  );
  return page.next !== undefined;
}
