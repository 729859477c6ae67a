import { dayOf, parseDay } from '@tanhui/sdk/model';
import type { Day, Instant } from '@tanhui/sdk/model';
import type { RunDocument } from './runs.ts';

/** Longer than any sender that goes on leaves between two batches. */
export const interruptedAfterMs = 15 * 60_000;

/** Of a run that nobody finished: whether something still arrives, the sender was cut off, or the day that it gathered is over. */
export type RunState = 'running' | 'interrupted' | 'day-over' | 'finished';

export function runStateOf(
  id: string,
  run: Pick<RunDocument, 'openedAt' | 'takenAt' | 'finishedAt'>,
  now: Instant,
): RunState {
  if (run.finishedAt !== undefined) return 'finished';
  const silentMs = now - (run.takenAt ?? run.openedAt);
  if (silentMs < interruptedAfterMs) return 'running';
  const day = dayGathered(id);
  if (day === undefined) return 'interrupted';
  return day < dayOf(now) ? 'day-over' : 'running';
}

/** 日集导入: gathers what comes without a run, or goes on until its day is over; nobody finishes it, and its pauses mean nothing. */
export function dayRunId(day: Day, ...of: readonly string[]): string {
  return ['run', day, ...of].join('_');
}

function dayGathered(id: string): Day | undefined {
  return parseDay(id.split('_')[1] ?? '');
}
