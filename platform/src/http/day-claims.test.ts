import type { Day } from '@tanhui/sdk/model';
import { expect, it } from 'vitest';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { emptyTotals, newProgrammeDay } from '../carbon/index.ts';
import { sealedClaim } from './day-claims.ts';

function claimOf(part: Partial<ProgrammeDayDocument>) {
  const fresh = newProgrammeDay('qingdao-demo', '2026-11-24' as Day);
  const { standing, holds, left, right, note } = sealedClaim({
    ...fresh,
    ...{ lastRecord: 12, lastPrepared: 12, lastSealed: 12, batches: 1, sealedMilligrams: '1200' },
    totals: { ...emptyTotals, milligrams: '1200' },
    ...part,
  });
  return { standing, holds, sides: `${left}/${right}`, ...(note !== undefined && { note }) };
}

it('agrees where every record stands in a seal of the day', () => {
  expect(claimOf({})).toEqual({ standing: 'agrees', holds: true, sides: '12/12' });
});

it('is under way while records wait, whether a batch holds them yet or not', () => {
  const note = { 'zh-CN': '5 条待封存', en: '5 waiting for the seal' };
  const expected = { standing: 'under-way', holds: false, sides: '7/12', note };
  expect(claimOf({ lastSealed: 7, sealedMilligrams: '700' })).toEqual(expected);
  expect(claimOf({ lastSealed: 7, lastPrepared: 9, sealedMilligrams: '700' })).toEqual(expected);
});

it('names what came too late for the close, beside what waits', () => {
  const tooLate = [
    { first: 3, count: 2, milligrams: '200' },
    { first: 6, count: 1, milligrams: '100' },
  ];
  expect(claimOf({ tooLate, sealedMilligrams: '900' })).toEqual({
    ...{ standing: 'too-late', holds: false, sides: '9/12' },
    note: { 'zh-CN': '3 条错过日结', en: '3 missed the close of the day' },
  });
  expect(claimOf({ tooLate, lastSealed: 10, sealedMilligrams: '700' })).toMatchObject({
    ...{ standing: 'too-late', sides: '7/12' },
    note: { 'zh-CN': '2 条待封存，3 条错过日结', en: '2 waiting for the seal, 3 missed the close of the day' },
  });
});

it('agrees again where records of another day stand in for those, and names what is still left', () => {
  const late = { first: 3, count: 4, milligrams: '400' };
  const part = { sealedMilligrams: '800', totals: { ...emptyTotals, milligrams: '800' } };
  expect(claimOf({ ...part, tooLate: [{ ...late, standIns: { count: 4, milligrams: '400' } }] })).toEqual({
    standing: 'agrees',
    holds: true,
    sides: '12/12',
  });
  const some = { ...part, totals: { ...emptyTotals, milligrams: '1050' } };
  expect(claimOf({ ...some, tooLate: [{ ...late, standIns: { count: 1, milligrams: '150' } }] })).toMatchObject({
    ...{ standing: 'too-late', sides: '9/12' },
    note: { en: '3 missed the close of the day' },
  });
});
