import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptFor, rangesOf } from './refused-lines.ts';

describe('lines of a refused trip', () => {
  it('are one range where they follow one another', () => {
    expect(rangesOf([7, 3, 4, 5, 9])).toEqual([
      { first: 3, last: 5, records: 3 },
      { first: 7, last: 7, records: 1 },
      { first: 9, last: 9, records: 1 },
    ]);
  });

  it('are each within a range, count as often as they are, and take bounded room', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 400 }), (lines) => {
        const ranges = rangesOf(lines);
        expect(ranges.length).toBeLessThanOrEqual(100);
        expect(ranges.reduce((sum, { records }) => sum + records, 0)).toBe(lines.length);
        for (const line of lines) expect(ranges.some(({ first, last }) => first <= line && line <= last)).toBe(true);
      }),
    );
  });

  it('are kept for the run that each came with', () => {
    const refused = { programme: 'p', day: '2026-11-24', at: 1, source: 's', code: 'C', kind: 'record' as const };
    const records = [
      { run: 'run_a', line: 40 },
      { run: 'run_b', line: 2 },
      { run: 'run_b', line: 3 },
    ];
    expect(keptFor(refused, records)).toEqual([
      { ...refused, run: 'run_a', records: 1, line: 40 },
      { ...refused, run: 'run_b', records: 2, line: 2, lines: [{ first: 2, last: 3, records: 2 }] },
    ]);
  });
});
