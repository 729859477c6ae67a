import type { SourceRun } from './run-source.ts';

/** Figures of a run for a report or an assertion: activities by mode and evidence, refusals by code, metres and watt-hours in all. */
export interface SourceTally {
  readonly activities: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly distanceMeters: number;
  readonly energyWattHours: number;
}

export function tallyOf({ activities, refusals }: SourceRun): SourceTally {
  return {
    activities: countBy(activities.map(({ mode, evidence }) => `${mode} ${evidence}`)),
    refusals: countBy(refusals.map(({ code }) => code)),
    distanceMeters: activities.reduce((total, draft) => total + (draft.distanceMeters ?? 0), 0),
    energyWattHours: activities.reduce((total, draft) => total + (draft.energyWattHours ?? 0), 0),
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([first], [second]) => (first < second ? -1 : 1)));
}
