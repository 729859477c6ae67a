import type { Call, Schedule } from '../../runtime/thread.ts';
import type { Rows } from './rows.ts';
import type { PackedTexts } from './texts.ts';
import { bytesOf } from './texts.ts';

/** What a waiting call does, as far as the order of calls has to know it. */
type Kind = 'read' | 'write' | 'border' | 'other';

/** A read may pass the borders of transactions: whoever asks ahead sees what is about to be committed, and nothing of his is answered before it is. */
const kinds: Readonly<Record<string, Kind>> = {
  get: 'read',
  read: 'read',
  insert: 'write',
  replace: 'write',
  hold: 'write',
  remove: 'write',
  begin: 'border',
  commit: 'border',
};

/**
 * A read is carried out before the writes that wait, and before their commit, so that the next unit of work is decided meanwhile. It answers what it would have answered
 * in its turn: a write of what it reads, the same key or the same collection where it reads a stretch, is carried out before it. Collections do not depend on each other,
 * so such a write may itself pass those of others, within its transaction.
 */
export const readsFirst: Schedule = {
  next: nextOf,
  isLong: (call) => kindOf(call) !== 'read',
};

function nextOf(waiting: readonly Call[]): number {
  for (const [at, call] of waiting.entries()) {
    const kind = kindOf(call);
    if (kind === 'other') return 0;
    if (kind !== 'read') continue;
    const inTheWay = waiting.findIndex((other, place) => place < at && isInTheWay(other, call));
    return inTheWay < 0 ? at : firstOfItsCollection(waiting, inTheWay);
  }
  return 0;
}

function kindOf({ name }: Call): Kind {
  return kinds[name] ?? 'other';
}

/** What has to be carried out so that a write may be: the first of its collection that waits, or the first of all where a transaction ends before it. */
function firstOfItsCollection(waiting: readonly Call[], wanted: number): number {
  const collection = waiting[wanted]?.args[0];
  for (const [at, call] of waiting.entries()) {
    if (kindOf(call) === 'border') return 0;
    if (kindOf(call) === 'write' && call.args[0] === collection) return at;
  }
  return 0;
}

function isInTheWay(write: Call, read: Call): boolean {
  if (kindOf(write) !== 'write' || write.name === 'hold' || write.args[0] !== read.args[0]) return false;
  if (read.name === 'read') return true;
  const written = keysWritten(write);
  return textsOf(read.args[1] as PackedTexts).some((key) => written.has(key));
}

const written = new WeakMap<Call, ReadonlySet<string>>();

function keysWritten(write: Call): ReadonlySet<string> {
  const known = written.get(write);
  if (known !== undefined) return known;
  const keys =
    write.name === 'remove' ? textsOf(write.args[1] as PackedTexts) : textsOf((write.args[1] as Rows).texts, 2);
  const found = new Set(keys);
  written.set(write, found);
  return found;
}

/** Texts, of which every `step`-th is one; as the bytes that they are, which is enough to tell them apart. */
function textsOf(packed: PackedTexts, step = 1): string[] {
  const texts: string[] = [];
  for (const [at, bytes] of bytesOf(packed).entries()) {
    if (at % step === 0) texts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  }
  return texts;
}
