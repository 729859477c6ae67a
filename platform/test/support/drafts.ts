import type { ActivityDraft } from '@tanhui/sdk/model';
import type { ActivitySource } from '@tanhui/sdk/plugin';
import { without } from '../../src/kernel/index.ts';
import type { PluginModule } from '../../src/plugin-host/index.ts';

/** Sources of tests: each record is a draft as JSON, so that a test says exactly what happens and nothing else does. */
export const draftSources = ['drafts-one', 'drafts-two', 'drafts-three'] as const;
export type DraftSource = (typeof draftSources)[number];

const both = (text: string) => ({ 'zh-CN': text, en: text });

export const draftPlugin: PluginModule = {
  manifest: {
    manifestVersion: 1,
    publisher: 'tanhui',
    name: 'drafts',
    version: '1.0.0',
    displayName: both('drafts'),
    description: both('drafts of tests'),
    license: 'Apache-2.0',
    engines: { tanhui: '*' },
    runtime: 'sandbox',
    main: 'none',
    contributes: { 'activities.sources': draftSources.map((id) => ({ id, title: both(id) })) },
    permissions: [],
  },
  activate: ({ activities }) => {
    for (const id of draftSources) activities.registerSource(sourceOf(id));
  },
};

function sourceOf(id: string): ActivitySource {
  return {
    id,
    title: both(id),
    modes: ['metro', 'bus', 'bike', 'walk', 'ev-charging'],
    requiredFields: ['draft'],
    latenessMs: 0,
    openExpiryMs: 0,
    openBytesPerKey: 0,
    parseSettings: () => ({}),
    keyOf: () => undefined,
    eventTimeOf: ({ fields }) => draftIn(fields).occurredAt,
    transform: ({ records }) => ({
      activities: records.map(({ ref, fields }) => ({ ...draftIn(fields), records: [ref] })),
      refusals: [],
      open: {},
    }),
    settle: () => ({ activities: [], refusals: [], open: {} }),
  };
}

function draftIn(fields: Readonly<Record<string, string>>): ActivityDraft {
  return JSON.parse(fields['draft'] ?? '') as ActivityDraft;
}

const minute = 60_000;

/** An instant of a day in UTC+8. */
export function at(day: string, clock: string): number {
  return Date.parse(`${day}T${clock}:00+08:00`);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A metro ride of 5 km, measured, where nothing else is said. */
export function rideBetween(
  { from, to }: Span,
  change: Partial<ActivityDraft> & Pick<ActivityDraft, 'account' | 'sourceKey'>,
): ActivityDraft {
  return {
    records: [],
    mode: 'metro',
    evidence: 'measured',
    occurredAt: to,
    startedAt: from,
    endedAt: to,
    occupies: { kind: 'interval', from, to, group: 'travel' },
    distanceMeters: 5_000,
    basis: 'test',
    ...change,
  };
}

/** A metered charge. */
export function chargeBetween(
  span: Span,
  change: Partial<ActivityDraft> & Pick<ActivityDraft, 'account' | 'sourceKey'>,
): ActivityDraft {
  return {
    ...without(rideBetween(span, change), 'distanceMeters'),
    ...{ mode: 'ev-charging', evidence: 'metered', energyWattHours: 20_000 },
    occupies: { kind: 'interval', ...span, group: 'charging' },
    ...change,
  };
}

/** A ride from a clock time, so many minutes long; metro, measured and 5 km where nothing else is said. */
export function ride(
  account: string,
  when: { readonly day: string; readonly clock: string; readonly minutes?: number },
  change: Partial<ActivityDraft> = {},
): ActivityDraft {
  const from = at(when.day, when.clock);
  const to = from + (when.minutes ?? 20) * minute;
  return rideBetween({ from, to }, { account, sourceKey: `${account}/${when.day}/${when.clock}`, ...change });
}

export function walk(
  account: string,
  when: { readonly day: string; readonly clock: string },
  meters: number,
): ActivityDraft {
  return ride(account, { ...when, minutes: 30 }, { mode: 'walk', distanceMeters: meters });
}

/** A day of steps. */
export function steps(account: string, day: string, meters: number): ActivityDraft {
  const from = at(day, '00:00');
  return ride(
    account,
    { day, clock: '00:00' },
    {
      ...{ mode: 'walk', evidence: 'provider', occupies: { kind: 'none' }, steps: meters, distanceMeters: meters },
      occurredAt: from,
      endedAt: from + 24 * 60 * minute,
      sourceKey: `steps/${day}`,
    },
  );
}

/** A metered charge from an instant on, so many hours long. */
export function charge(
  account: string,
  when: { readonly from: number; readonly hours: number },
  change: Partial<ActivityDraft> = {},
): ActivityDraft {
  const { from, hours } = when;
  const span = { from, to: from + hours * 60 * minute };
  return chargeBetween(span, { account, sourceKey: `${account}/${String(from)}/${String(hours)}`, ...change });
}
