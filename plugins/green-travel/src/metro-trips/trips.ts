import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, SourceRecord } from '@tanhui/sdk/plugin';
import { isoInstant, isPlausible } from '../dates.ts';
import type { NameField } from '../fields.ts';
import { accountOf, misnamed, textOf } from '../fields.ts';
import type { Network } from '../network.ts';
import { networkOf } from '../network.ts';

const hourMs = 3_600_000;
const maxRideMs = 4 * hourMs;

/** 地铁行程: finished trips, by network and station ids; what an operator with its own pairing sends. Nothing is ever open. */
export const metroTrips: ActivitySource = {
  id: 'metro-trips',
  title: { 'zh-CN': '地铁行程', en: 'Finished metro trips' },
  modes: ['metro'],
  requiredFields: ['trip_id', 'account', 'network', 'from', 'to', 'entered_at', 'left_at'],
  latenessMs: 48 * hourMs,
  openExpiryMs: 0,
  openBytesPerKey: 0,
  parseSettings: () => ({}),
  keyOf: (record) => accountOf(record, 'account'),
  eventTimeOf: (record) => instantOf(textOf(record, 'left_at')),
  transform({ records }) {
    const activities: ActivityDraft[] = [];
    const refusals: SourceRefusal[] = [];
    for (const record of records) {
      const trip = takeTrip(record);
      if ('code' in trip) refusals.push(trip);
      else activities.push(trip);
    }
    return { activities, refusals, open: {} };
  },
  settle: () => ({ activities: [], refusals: [], open: {} }),
};

/** Milliseconds since the epoch as a whole number, or an ISO instant. */
function instantOf(text: string): number | undefined {
  if (text.length !== 13) return isoInstant(text);
  const at = Number(text);
  return Number.isInteger(at) && isPlausible(at) ? at : undefined;
}

function takeTrip(record: SourceRecord): ActivityDraft | SourceRefusal {
  const records = [record.ref];
  const unnamed = misnamed(names, record);
  if (unnamed !== undefined) return { records, ...unnamed };
  const [account, sourceKey] = [textOf(record, 'account'), textOf(record, 'trip_id')];
  const times = timesOf(record);
  if ('field' in times) return { records, account, code: 'METRO_TIME_UNREADABLE', field: times.field };
  const refused = { records, account, occurredAt: times.to, mode: 'metro' as const };
  if (times.to < times.from || times.to - times.from > maxRideMs) return { ...refused, code: 'METRO_OVERLONG' };
  const network = networkOf(textOf(record, 'network'));
  if (network === undefined) return { ...refused, code: 'METRO_NETWORK_UNKNOWN', field: 'network' };
  const way = wayOf(network, record);
  if ('code' in way) return { ...refused, ...way };
  return {
    records,
    account,
    sourceKey,
    mode: 'metro',
    evidence: 'measured',
    occurredAt: times.to,
    startedAt: times.from,
    endedAt: times.to,
    occupies: { kind: 'interval', from: times.from, to: times.to, group: 'travel' },
    distanceMeters: way.meters,
    fromPlace: way.from,
    toPlace: way.to,
    basis: 'network-path',
    basedOn: network.id,
  };
}

const tooLong = 'METRO_ID_TOO_LONG';
const names: readonly NameField[] = [
  { field: 'account', missing: 'METRO_ACCOUNT_MISSING', tooLong },
  { field: 'trip_id', missing: 'METRO_TRIP_ID_MISSING', tooLong },
];

function timesOf(record: SourceRecord): { readonly from: number; readonly to: number } | { readonly field: string } {
  const from = instantOf(textOf(record, 'entered_at'));
  if (from === undefined) return { field: 'entered_at' };
  const to = instantOf(textOf(record, 'left_at'));
  return to === undefined ? { field: 'left_at' } : { from, to };
}

function wayOf(
  network: Network,
  record: SourceRecord,
):
  | { readonly from: string; readonly to: string; readonly meters: number }
  | { readonly code: string; readonly field?: string } {
  const from = network.stationOf(textOf(record, 'from'));
  if (from === undefined) return { code: 'METRO_STATION_UNKNOWN', field: 'from' };
  const to = network.stationOf(textOf(record, 'to'));
  if (to === undefined) return { code: 'METRO_STATION_UNKNOWN', field: 'to' };
  if (from === to) return { code: 'METRO_SAME_STATION' };
  const meters = network.distanceMeters(from, to);
  return meters === undefined
    ? { code: 'METRO_NOT_CONNECTED' }
    : { from: network.nameOf(from), to: network.nameOf(to), meters };
}
