import type { Day } from '@tanhui/sdk/model';
import type { DayBookLine } from '../activities/index.ts';
import { dayOfRecordOf } from '../activities/index.ts';
import { sequenceId } from '../carbon/index.ts';
import { required } from '../kernel/index.ts';

/** The record that stands for a line, or that stood for it until it was taken back. */
export function recordOfLine(
  programme: string,
  { book, line }: { readonly book: { readonly day: Day }; readonly line: DayBookLine },
): string {
  const day = dayOfRecordOf(line, book.day);
  return sequenceId('rec', { programme, day }, required(line.r, 'record of a line'));
}
