import type { Instant } from '@tanhui/sdk/model';
import type { LineName } from '@tanhui/sdk/records';
import { sha256 } from '../kernel/index.ts';
import type { Collection, Transaction } from '../storage/index.ts';
import type { RawRecord } from './model.ts';

/** 已见: every record, also a refused or waiting one, leaves its key; that is what makes a second import add nothing. */
export const seenRecords: Collection<object> = { name: 'seen_records', keys: 'time-led', indexes: [] };

const minuteMs = 60_000;
/** Four digits of base 36 a day of minutes would not do; seven keep the order of time until the year 3,000. */
const minuteDigits = 7;
const nothing = {};

/** Time first, by the minute, so that keys of one stretch of a file are neighbours; then the digest of every column. */
export function seenKey(
  scope: { programme: string; source: string },
  record: RawRecord,
  at: Instant | undefined,
): string {
  return keyOf(at, [scope.programme, '\0', scope.source, '\0', ...columnsOf(record.fields)]);
}

/** Of a line that nobody could read; two long ones with the same beginning are two. */
export function seenKeyOfLine(scope: { programme: string; source: string }, { raw, digest }: LineName): string {
  const parts = [scope.programme, '\0', scope.source, '\0', raw];
  return keyOf(undefined, digest === undefined ? parts : [...parts, '\0', digest]);
}

function keyOf(at: Instant | undefined, parts: readonly string[]): string {
  const minute = at === undefined || at < 0 ? 0 : Math.floor(at / minuteMs);
  return minute.toString(36).padStart(minuteDigits, '0') + sha256(parts, 'base64url').slice(0, 22);
}

let lastShape = '';
let lastNames: readonly string[] = [];

/** Columns by name, so that two files with the same columns in another order hold equal records. */
function columnsOf(fields: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(fields);
  const shape = names.join('\0');
  if (shape !== lastShape) {
    lastShape = shape;
    lastNames = names.sort();
  }
  const columns: string[] = [];
  for (const name of lastNames) columns.push(name, '\0', fields[name] ?? '', '\0');
  return columns;
}

/** Leaves the keys of a batch; for each, whether it is new. Asked first and written later, so that whoever waits for the answer does not wait for what others write. */
export async function leaveKeys(tx: Transaction, keys: readonly string[]): Promise<readonly boolean[]> {
  const seen = new Set((await tx.getMany(seenRecords, keys)).keys());
  const isNew = keys.map((key) => {
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
  const fresh = keys.filter((_, at) => isNew[at]);
  tx.later.insertMany(
    seenRecords,
    fresh.map((key) => ({ key, value: nothing })),
  );
  return isNew;
}
