import type { ActivityDocument, GlobalKeyDocument } from '../activities/index.ts';
import { globalSourceKeys } from '../activities/index.ts';
import { keyedDigest } from '../identity/index.ts';
import type { PlatformKeys } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { Workbench } from './workbench.ts';

/** The keyed digest of a source key: a card's number in it reaches no store. */
export function sourceKeyDigest(keys: PlatformKeys, source: string, sourceKey: string): string {
  return keyedDigest(keys, 'source-key', `${source}\0${sourceKey}`);
}

/** Under which a source key is unique whatever the day and the account. */
export function globalKeyOf(programme: string, digest: string): string {
  return `${programme}/${digest}`;
}

/** 全局来源键: who holds the keys of a batch whose source has ids of its own; those are unique whatever the day and the account. */
export interface GlobalKeys {
  isTaken(key: string): boolean;
  /** The record that was taken back last under a key, which a new record corrects. */
  reversedUnder(key: string): string | undefined;
  take(key: string, activity: string): void;
  /** What gives way within its batch frees its key for what follows there, as it does for a later batch. */
  free(activity: string, record: string): void;
  writeBack(tx: Transaction): void;
}

/** Looks the keys of a batch up in one call; a batch without such keys costs nothing. */
export async function openGlobalKeys(tx: Transaction, keys: PlatformKeys, bench: Workbench): Promise<GlobalKeys> {
  const { programme, source } = bench.scope;
  const wanted = bench.candidates
    .filter(({ draft }) => draft.sourceKeyIsGlobal === true)
    .map(({ draft }) => globalKeyOf(programme, sourceKeyDigest(keys, source, draft.sourceKey)));
  const stored =
    wanted.length === 0 ? new Map<string, Stored<GlobalKeyDocument>>() : await tx.getMany(globalSourceKeys, wanted);
  const changed = new Map<string, GlobalKeyDocument>();
  const now = (key: string) => changed.get(key) ?? stored.get(key)?.value;
  return {
    isTaken: (key) => isHeld(now(key)),
    reversedUnder: (key) => now(key)?.reversed,
    take: (key, activity) => void changed.set(key, heldBy(activity, now(key))),
    free(activity, record) {
      const key = wanted.find((one) => now(one)?.activity === activity);
      if (key !== undefined) changed.set(key, { activity, reversed: record });
    },
    writeBack(transaction) {
      if (changed.size === 0) return;
      const replacements = [...changed].map(([key, value]) => ({ key, version: stored.get(key)?.version ?? 0, value }));
      transaction.later.replaceMany(globalSourceKeys, replacements);
    },
  };
}

function heldBy(activity: string, earlier: GlobalKeyDocument | undefined): GlobalKeyDocument {
  const before = earlier?.reversed ?? earlier?.before;
  return { activity, ...(before !== undefined && { before }) };
}

function isHeld(document: GlobalKeyDocument | undefined): boolean {
  return document !== undefined && document.reversed === undefined;
}

/** Frees the keys of activities whose records were taken back, where they are global, so that corrected ones may come. */
export async function freeGlobalKeys(
  tx: Transaction,
  programme: string,
  freed: readonly { readonly id: string; readonly activity: ActivityDocument; readonly record: string }[],
): Promise<void> {
  const global = freed.filter(({ activity }) => activity.sourceKeyIsGlobal);
  if (global.length === 0) return;
  const byKey = new Map(global.map((one) => [globalKeyOf(programme, one.activity.sourceKey), one]));
  const stored = await tx.getMany(globalSourceKeys, [...byKey.keys()]);
  const replacements = [...stored.values()].flatMap(({ key, version, value: { activity } }) => {
    const { id, record } = required(byKey.get(key), 'activity of a key');
    return activity === id ? [{ key, version, value: { activity, reversed: record } }] : [];
  });
  if (replacements.length > 0) await tx.replaceMany(globalSourceKeys, replacements);
}

/** Gives an activity the key of its source, now that it counts, where nobody else has it; then also which record was taken back last under it. */
export async function takeGlobalKey(
  tx: Transaction,
  { key: activity, value: { programme, sourceKey, sourceKeyIsGlobal } }: Stored<ActivityDocument>,
): Promise<{ readonly isTaken: boolean; readonly corrects?: string }> {
  if (!sourceKeyIsGlobal) return { isTaken: false };
  const key = globalKeyOf(programme, sourceKey);
  const stored = await tx.get(globalSourceKeys, key);
  if (isHeld(stored?.value) && stored?.value.activity !== activity) return { isTaken: true };
  const value = heldBy(activity, stored?.value);
  await tx.replaceMany(globalSourceKeys, [{ key, version: stored?.version ?? 0, value }]);
  return { isTaken: false, ...(value.before !== undefined && { corrects: value.before }) };
}

/** Gives the key up that a held activity had, as it will not count: the source may send it again, corrected. */
export async function dropGlobalKey(
  tx: Transaction,
  { key: activity, value: { programme, sourceKey, sourceKeyIsGlobal } }: Stored<ActivityDocument>,
): Promise<void> {
  if (!sourceKeyIsGlobal) return;
  const key = globalKeyOf(programme, sourceKey);
  const stored = await tx.get(globalSourceKeys, key);
  if (stored?.value.activity !== activity) return;
  const { version, value } = stored;
  if (value.before === undefined) await tx.removeMany(globalSourceKeys, [key]);
  else await tx.replaceMany(globalSourceKeys, [{ key, version, value: { activity, reversed: value.before } }]);
}
