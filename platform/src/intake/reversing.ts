import type { Day } from '@tanhui/sdk/model';
import type { DayBook } from '../activities/index.ts';
import { activities } from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { carbonRecords, reversalScope, sealable, sequenceId } from '../carbon/index.ts';
import type { AccountId } from '../identity/index.ts';
import { accountDocuments } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { Decided } from './deciding.ts';
import type { IntakeDeps } from './model.ts';
import { countGrams } from './totals.ts';
import type { Workbench } from './workbench.ts';

/**
 * 冲正: for each ride that gave way, a new record that takes its grams back and points to it; the ride itself stays as it was written.
 * Records of this very batch are found among what it is about to write, earlier ones in the store.
 */
export async function reverseDisplaced(
  tx: Transaction,
  deps: IntakeDeps,
  work: { bench: Workbench; decided: Decided },
): Promise<void> {
  const { bench, decided } = work;
  if (decided.displaced.length === 0) return;
  const wanted = decided.displaced.map(({ book, line }) => ({
    book,
    record: sequenceId(
      'rec',
      { programme: bench.scope.programme, day: book.day },
      required(line.r, 'record of a displaced ride'),
    ),
  }));
  const stored = await tx.getMany(
    carbonRecords,
    wanted.map(({ record }) => record),
  );
  const fresh = new Map(decided.records.map(({ key, value }) => [key, value]));
  for (const { book, record } of wanted) {
    const document = required(stored.get(record)?.value ?? fresh.get(record), 'record of a displaced ride');
    await reverseOne(tx, deps, { ...work, record, document, book });
  }
}

async function reverseOne(
  tx: Transaction,
  deps: IntakeDeps,
  work: {
    readonly bench: Workbench;
    readonly decided: Decided;
    readonly record: string;
    readonly document: RecordDocument;
    readonly book: DayBook;
  },
): Promise<void> {
  const { bench, decided, document, book } = work;
  const account = document.account as AccountId;
  const holder = required(await tx.get(accountDocuments, account), 'account of a displaced ride').value;
  const day = required(bench.days.get(book.day), 'day of a displaced ride');
  const key = sequenceId('rec', { programme: bench.scope.programme, day: book.day }, day.nextRecord++);
  const value = sealable(
    key,
    { ...document, kind: 'reversal', reverses: work.record },
    {
      secret: Buffer.from(holder.secret, 'base64'),
      scope: reversalScope('reversal', work.record),
      methodologyOf: deps.quantifier.methodologyOf,
    },
  );
  decided.records.push({ key, value });
  const milligrams = BigInt(document.milligrams);
  const owner = holder.citizen === undefined ? `account:${account}` : `citizen:${holder.citizen}`;
  decided.credits.set(owner, (decided.credits.get(owner) ?? 0n) - milligrams);
  decided.milligrams -= milligrams;
  day.delta.activities.reversed += 1;
  await markReversed(tx, { decided, day: book.day, document, countInto: day.delta, milligrams });
}

async function markReversed(
  tx: Transaction,
  work: {
    readonly decided: Decided;
    readonly day: Day;
    readonly document: RecordDocument;
    readonly countInto: Parameters<typeof countGrams>[0];
    readonly milligrams: bigint;
  },
): Promise<void> {
  const { activity } = work.document;
  const at = work.decided.activities.findIndex(({ key }) => key === activity);
  const code = 'ACTIVITIES_OVERLAPS';
  if (at >= 0) {
    const fresh = required(work.decided.activities[at], 'fresh activity');
    work.decided.activities[at] = { key: activity, value: { ...fresh.value, status: 'reversed', code } };
    countGrams(work.countInto, { ...fresh.value, day: work.day }, { milligrams: work.milligrams, sign: -1 });
    return;
  }
  const stored = required(await tx.get(activities, activity), 'activity of a displaced ride');
  await tx.replaceMany(activities, [{ ...stored, value: { ...stored.value, status: 'reversed', code } }]);
  countGrams(work.countInto, { ...stored.value, day: work.day }, { milligrams: work.milligrams, sign: -1 });
}
