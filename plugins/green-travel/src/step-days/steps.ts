import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, SourceRecord } from '@tanhui/sdk/plugin';
import { realTime } from '../dates.ts';
import type { NameField } from '../fields.ts';
import { accountOf, misnamed, numberOf, textOf } from '../fields.ts';
import type { StepSettings } from './settings.ts';
import { parseStepSettings } from './settings.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const utc8OffsetMs = 8 * hourMs;
/** Metres a step at the median of daily records that bring both. */
const metersPerStepHundredths = 68;
const maxStepsPerDay = 100_000;
/** A device's own distance counts where a step of it is one a person can take. */
const metersPerStep = { least: 0.3, most: 1.5 };
const metersPerKilometre = 1_000;

/** 每日步数: one record a person and day; metres from the steps unless the record brings its own distance. */
export const stepDays: ActivitySource<StepSettings> = {
  id: 'step-days',
  title: { 'zh-CN': '每日步数', en: 'Daily steps' },
  modes: ['walk'],
  requiredFields: ({ distanceColumn }) => [
    ...['Id', 'ActivityDate', 'TotalSteps'],
    ...(distanceColumn === undefined ? [] : [distanceColumn]),
  ],
  latenessMs: 7 * dayMs,
  openExpiryMs: 0,
  openBytesPerKey: 0,
  parseSettings: parseStepSettings,
  keyOf: (record) => accountOf(record, 'Id'),
  eventTimeOf: (record) => startOf(textOf(record, 'ActivityDate')),
  transform({ records, settings }) {
    const activities: ActivityDraft[] = [];
    const refusals: SourceRefusal[] = [];
    for (const record of records) {
      const day = takeDay(record, settings);
      if ('code' in day) refusals.push(day);
      else activities.push(day);
    }
    return { activities, refusals, open: {} };
  },
  settle: () => ({ activities: [], refusals: [], open: {} }),
};

/** Month first, as the format writes it, or an ISO day; the day's first instant in UTC+8. */
function startOf(text: string): number | undefined {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const parts = american === null ? iso?.slice(1) : [american[3], american[1], american[2]];
  const at = parts === undefined ? undefined : realTime(parts.map(Number));
  return at === undefined ? undefined : at - utc8OffsetMs;
}

const names: readonly NameField[] = [{ field: 'Id', missing: 'STEPS_ID_MISSING', tooLong: 'STEPS_ID_TOO_LONG' }];

function takeDay(record: SourceRecord, settings: StepSettings): ActivityDraft | SourceRefusal {
  const records = [record.ref];
  const unnamed = misnamed(names, record);
  if (unnamed !== undefined) return { records, ...unnamed };
  const account = textOf(record, 'Id');
  const from = startOf(textOf(record, 'ActivityDate'));
  if (from === undefined) return { records, account, code: 'STEPS_DATE_UNREADABLE', field: 'ActivityDate' };
  const refused = { records, account, occurredAt: from, mode: 'walk' as const };
  const steps = numberOf(textOf(record, 'TotalSteps'));
  if (steps === undefined || !Number.isInteger(steps) || steps < 0)
    return { ...refused, code: 'STEPS_COUNT_UNREADABLE', field: 'TotalSteps' };
  if (steps === 0) return { ...refused, code: 'STEPS_NONE', field: 'TotalSteps' };
  if (steps > maxStepsPerDay) return { ...refused, code: 'STEPS_IMPOSSIBLE', field: 'TotalSteps' };
  if (steps > settings.stepsPerDayCap) return { ...refused, code: 'STEPS_OVER_CAP', field: 'TotalSteps' };
  return {
    records,
    account,
    sourceKey: String(from),
    mode: 'walk',
    evidence: 'provider',
    occurredAt: from,
    startedAt: from,
    endedAt: from + dayMs,
    occupies: { kind: 'none' },
    steps,
    ...distanceOf(record, steps, settings),
  };
}

/** Metres of a whole day: the device's own distance where a step of it is one that a person can take. */
function distanceOf(
  record: SourceRecord,
  steps: number,
  { distanceColumn }: StepSettings,
): { readonly distanceMeters: number; readonly basis: string } {
  const kilometres = distanceColumn === undefined ? undefined : numberOf(textOf(record, distanceColumn));
  const meters = (kilometres ?? 0) * metersPerKilometre;
  const stride = meters / steps;
  if (stride < metersPerStep.least || stride > metersPerStep.most)
    return { distanceMeters: Math.floor((steps * metersPerStepHundredths) / 100), basis: 'steps' };
  // A device's kilometres are no exact fractions: half a millimetre keeps whole metres whole.
  return { distanceMeters: Math.floor(meters + 5e-4), basis: 'provider-distance' };
}
