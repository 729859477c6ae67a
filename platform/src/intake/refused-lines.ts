import type { LineRange, RefusalDocument } from '../activities/index.ts';
import { required } from '../kernel/index.ts';
import type { WaitingRecord } from './open-journeys.ts';

/** A track of thousands of points may be scattered over its file; the last range of so many spans the rest. */
const maxRanges = 100;

/** Where lines stand, in order, those that follow one another as one range. */
export function rangesOf(lines: readonly number[]): readonly LineRange[] {
  const ranges: { first: number; last: number; records: number }[] = [];
  for (const line of lines.toSorted((first, second) => first - second)) {
    const range = ranges.at(-1);
    if (range === undefined || (line > range.last + 1 && ranges.length < maxRanges))
      ranges.push({ first: line, last: line, records: 1 });
    else {
      range.last = line;
      range.records += 1;
    }
  }
  return ranges;
}

/** A refusal before it is told whose records it was: they may have come with several runs, each of which has its own lines. */
export type Refused = Omit<RefusalDocument, 'run' | 'records' | 'line' | 'lines'>;

/** What is kept of a refusal: one for each run that its records came with, with their lines there. */
export function keptFor(
  refused: Refused,
  records: readonly Pick<WaitingRecord, 'run' | 'line'>[],
): readonly RefusalDocument[] {
  const runs = new Map<string, number[]>();
  for (const { run, line } of records) {
    const lines = runs.get(run);
    if (lines === undefined) runs.set(run, [line]);
    else lines.push(line);
  }
  return [...runs].map(([run, lines]) => {
    const ranges = rangesOf(lines);
    return {
      ...refused,
      run,
      records: lines.length,
      line: required(ranges[0], 'range of lines').first,
      ...(lines.length > 1 && { lines: ranges }),
    };
  });
}
