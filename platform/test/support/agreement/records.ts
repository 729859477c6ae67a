import { expect } from 'vitest';
import { required } from '../../../src/kernel/index.ts';
import type { Ledger, LineOfBook } from './ledger.ts';

const states = { a: 'accepted', r: 'refused', h: 'held', v: 'reversed' } as const;

export function expectActivitiesToSayTheSame({ lines, activities }: Ledger): void {
  for (const { id, account, line, record } of lines) {
    const found = activities.get(id);
    const told = [id, found?.status, found?.account];
    expect(told, 'an activity says what its line does').toEqual([id, states[line.s], account]);
    if (line.s === 'a') expect(found?.record, `${id} names its record`).toBe(record);
    if (line.s === 'v') expect(found?.reversals?.length, `${id} names what took it back`).toBeGreaterThan(0);
  }
}

type Records = Pick<Ledger, 'records'>;

/** The record that came too late, where a record stands in for one. */
export function originalOf({ records }: Records, id: string): string {
  const before = reversedBy(records.get(id), 'correction');
  const isStandIn = before !== undefined && records.get(before)?.nullifier === records.get(id)?.nullifier;
  return isStandIn ? originalOf({ records }, before) : id;
}

function reversedBy(
  record: { readonly kind: string; readonly reverses?: string } | undefined,
  kind: string,
): string | undefined {
  return record?.kind === kind ? record.reverses : undefined;
}

/** What was taken back, by the record that came first. */
export function takenBackIn(ledger: Records): ReadonlySet<string> {
  const reversed = [...ledger.records.values()].flatMap((record) => reversedBy(record, 'reversal') ?? []);
  return new Set(reversed.map((id) => originalOf(ledger, id)));
}

/** What counts has a record that says the same and was not taken back; what was taken back has one that was. */
export function expectRecordsToStand(ledger: Ledger): void {
  const takenBack = takenBackIn(ledger);
  for (const one of ledger.lines.filter(({ line }) => line.s === 'a' || line.s === 'v')) {
    expectRecordToSayTheSame(ledger, one);
    const isTakenBack = takenBack.has(originalOf(ledger, one.record ?? ''));
    expect([one.id, isTakenBack], 'what counts was not taken back').toEqual([one.id, one.line.s === 'v']);
  }
}

function expectRecordToSayTheSame({ records }: Ledger, { id, account, line, record }: LineOfBook): void {
  const found = required(records.get(record ?? ''), `record of ${id}`);
  const told = [found.activity, found.account, found.milligrams, found.erasedAt];
  expect(told, 'a record says what its line does').toEqual([id, account, line.mg, undefined]);
  expect(found.kind, `${id} counts by a record`).not.toBe('reversal');
}

/** A correction points to what was taken back, and nothing is corrected twice; what stands in for a record that came too late only says it again. */
export function expectCorrectionsToPoint(ledger: Ledger): void {
  const { records } = ledger;
  const takenBack = takenBackIn(ledger);
  const corrected: string[] = [];
  for (const [id, { kind, reverses, erasedAt }] of records) {
    if (kind === 'record' || erasedAt !== undefined) continue;
    const before = required(reverses, 'what a record points to');
    const target = required(records.get(before), `what ${id} points to`);
    if (kind === 'reversal' || originalOf(ledger, id) !== id) continue;
    const first = originalOf(ledger, before);
    const isTakenBack = target.erasedAt !== undefined || takenBack.has(first);
    expect([id, isTakenBack], 'what is corrected was taken back').toEqual([id, true]);
    corrected.push(first);
  }
  expect(new Set(corrected).size, `no record is corrected twice: ${corrected.join()}`).toBe(corrected.length);
}
