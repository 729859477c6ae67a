import type { Day } from '@tanhui/sdk/model';
import { parseDay } from '@tanhui/sdk/model';
import { InvalidArgumentError } from 'commander';

/** A count of something, as an option has it. */
export function countOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

export function dayOfArgument(text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw new InvalidArgumentError('A day is YYYY-MM-DD.');
  return day;
}
