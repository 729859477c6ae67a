import type { Day } from '@tanhui/sdk/model';
import type { ProgrammeDayDocument } from '../../src/carbon/index.ts';
import { carbonRecords, newProgrammeDay, programmeDayKey, programmeDays, sequenceId } from '../../src/carbon/index.ts';
import { required, without } from '../../src/kernel/index.ts';
import type { DocumentStore, Stored, Transaction } from '../../src/storage/index.ts';
import { everyOf } from '../../src/storage/index.ts';

/** What sealing and closing leave of a programme's days, without a ledger that holds any of it. */

const closedAlone = new WeakMap<DocumentStore, Set<Day>>();

/** The agency closes a day through its own peer: nobody else learns of it before something of the day is sealed. */
export async function closeOnItsOwn(
  store: DocumentStore,
  { programme, day }: { readonly programme: string; readonly day: Day },
): Promise<void> {
  if ((await store.get(programmeDays, programmeDayKey(programme, day))) === undefined) return;
  closedAlone.set(store, (closedAlone.get(store) ?? new Set()).add(day));
}

/** Seals all that waits; what waits of a day that was closed comes too late. */
export async function sealAll(store: DocumentStore, programme: string, at: number): Promise<void> {
  await store.unitOfWork(async (tx) => {
    const days = await everyOf(tx, programmeDays, { index: 'key' });
    for (const one of days) if (one.value.programme === programme) await sealDay(tx, store, { one, at });
  });
}

async function sealDay(
  tx: Transaction,
  store: DocumentStore,
  { one, at }: { readonly one: Stored<ProgrammeDayDocument>; readonly at: number },
): Promise<void> {
  const { value } = one;
  const { lastRecord, lastSealed } = value;
  if (lastRecord === lastSealed) return;
  const milligrams = await netOf(tx, value);
  const isClosed = value.ledgerClosedAt !== undefined || closedAlone.get(store)?.has(value.day as Day) === true;
  const sealed = { ...without(value, 'pendingAt'), lastPrepared: lastRecord, lastSealed: lastRecord };
  const range = { first: lastSealed + 1, count: lastRecord - lastSealed, milligrams: String(milligrams) };
  const late = {
    ...{ tooLateAt: value.tooLateAt ?? at, tooLate: [...(value.tooLate ?? []), range] },
    ...{ closedAt: value.closedAt ?? at, ledgerClosedAt: value.ledgerClosedAt ?? at },
  };
  const sum = String(BigInt(value.sealedMilligrams) + milligrams);
  await tx.replaceMany(programmeDays, [
    { ...one, value: { ...sealed, ...(isClosed ? late : { sealedMilligrams: sum, batches: value.batches + 1 }) } },
  ]);
}

async function netOf(tx: Transaction, { programme, day, lastRecord, lastSealed }: ProgrammeDayDocument) {
  let sum = 0n;
  for (let number = lastSealed + 1; number <= lastRecord; number += 1) {
    const id = sequenceId('rec', { programme, day: day as Day }, number);
    const { kind, milligrams } = required(await tx.get(carbonRecords, id), 'record').value;
    sum += kind === 'reversal' ? -BigInt(milligrams) : BigInt(milligrams);
  }
  return sum;
}

/** 日结: a day takes no more records, and all that it has is sealed. */
export async function closeWhole(
  store: DocumentStore,
  { programme, day, at }: { readonly programme: string; readonly day: Day; readonly at: number },
): Promise<void> {
  await sealAll(store, programme, at);
  await store.unitOfWork(async (tx) => {
    const key = programmeDayKey(programme, day);
    const stored = await tx.get(programmeDays, key);
    const value = { ...(stored?.value ?? newProgrammeDay(programme, day)), closedAt: at, ledgerClosedAt: at };
    if (stored !== undefined) await tx.replaceMany(programmeDays, [{ ...stored, value }]);
  });
}
