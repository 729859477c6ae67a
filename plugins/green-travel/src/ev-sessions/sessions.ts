import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, JsonValue, SourceRecord } from '@tanhui/sdk/plugin';
import type { NameField } from '../fields.ts';
import { accountOf, misnamed, numberOf, textOf } from '../fields.ts';
import type { EvMapping } from './mapping.ts';
import { instantIn, parseMapping } from './mapping.ts';

const hourMs = 3_600_000;
const wattHoursPerKilowattHour = 1_000;

/** 充电会话: everything about the file comes from a declared mapping. */
export const evSessions: ActivitySource<EvMapping> = {
  id: 'ev-sessions',
  title: { 'zh-CN': '电动汽车充电', en: 'EV charging sessions' },
  modes: ['ev-charging'],
  requiredFields: (mapping) => Object.values(mapping.columns),
  latenessMs: 72 * hourMs,
  openExpiryMs: 0,
  openBytesPerKey: 0,
  parseSettings: (raw: JsonValue) => parseMapping(raw),
  keyOf: (record, mapping) => accountOf(record, mapping.columns.user),
  eventTimeOf: (record, mapping) => instantIn(mapping, textOf(record, mapping.columns.endedAt)),
  transform({ records, settings }) {
    const activities: ActivityDraft[] = [];
    const refusals: SourceRefusal[] = [];
    for (const record of records) {
      const session = takeSession(record, settings);
      if ('code' in session) refusals.push(session);
      else activities.push(session);
    }
    return { activities, refusals, open: {} };
  },
  settle: () => ({ activities: [], refusals: [], open: {} }),
};

function namesIn({ columns }: EvMapping): readonly NameField[] {
  const tooLong = 'EV_ID_TOO_LONG';
  return [
    { field: columns.session, missing: 'EV_SESSION_MISSING', tooLong },
    { field: columns.user, missing: 'EV_USER_UNKNOWN', tooLong },
  ];
}

function takeSession(record: SourceRecord, mapping: EvMapping): ActivityDraft | SourceRefusal {
  const records = [record.ref];
  const { columns } = mapping;
  const unnamed = misnamed(namesIn(mapping), record);
  if (unnamed !== undefined) return { records, ...unnamed };
  const [session, account] = [textOf(record, columns.session), textOf(record, columns.user)];
  if (account === mapping.unknownUser) return { records, code: 'EV_USER_UNKNOWN', field: columns.user };
  const from = instantIn(mapping, textOf(record, columns.startedAt));
  if (from === undefined) return { records, account, code: 'EV_TIME_UNREADABLE', field: columns.startedAt };
  const to = instantIn(mapping, textOf(record, columns.endedAt));
  if (to === undefined || to < from) return { records, account, code: 'EV_TIME_UNREADABLE', field: columns.endedAt };
  const refused = { records, account, occurredAt: to, mode: 'ev-charging' as const, field: columns.energy };
  const wattHours = energyOf(textOf(record, columns.energy), mapping);
  if (wattHours === undefined) return { ...refused, code: 'EV_ENERGY_UNREADABLE' };
  if (wattHours === 0) return { ...refused, code: 'EV_NO_ENERGY' };
  if (wattHours * hourMs > mapping.maxMeanKilowatts * wattHoursPerKilowattHour * (to - from))
    return { ...refused, code: 'EV_TOO_POWERFUL' };
  return {
    records,
    account,
    sourceKey: session,
    sourceKeyIsGlobal: true,
    mode: 'ev-charging',
    evidence: 'metered',
    occurredAt: to,
    startedAt: from,
    endedAt: to,
    occupies: { kind: 'interval', from, to, group: 'charging' },
    energyWattHours: wattHours,
    basis: 'metered-energy',
  };
}

function energyOf(text: string, { decimalMark, energyUnit }: EvMapping): number | undefined {
  const value = numberOf(decimalMark === ',' ? text.replace(',', '.') : text);
  if (value === undefined || value < 0) return undefined;
  return Math.floor(value * (energyUnit === 'kWh' ? wattHoursPerKilowattHour : 1) + 1e-6);
}
