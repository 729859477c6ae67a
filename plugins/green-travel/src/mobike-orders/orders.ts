import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, SourceRecord } from '@tanhui/sdk/plugin';
import { beijingTime } from '../dates.ts';
import type { NameField } from '../fields.ts';
import { accountOf, misnamed, numberOf, textOf } from '../fields.ts';
import { haversineMeters } from '../geo.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const limits = { minMeters: 100, maxDurationMs: 3 * hourMs, maxKmPerHour: 30 };
/** Track over straight line at the median of orders that have both. */
const detour = 1.28;
/** Positions have three decimals: each end is off by up to 75 m. */
const roundingMeters = 150;

/** 共享单车订单: the operator's distance where it gives one, else the straight line times the median detour. */
export const mobikeOrders: ActivitySource = {
  id: 'mobike-orders',
  title: { 'zh-CN': '共享单车订单', en: 'Shared-bike orders' },
  modes: ['bike'],
  requiredFields: ['userid', 'bikeid', 'start_time'],
  latenessMs: 72 * hourMs,
  openExpiryMs: 0,
  openBytesPerKey: 0,
  parseSettings: () => ({}),
  keyOf: (record) => accountOf(record, 'userid'),
  eventTimeOf: (record) => beijingTime(textOf(record, 'start_time')),
  transform({ records }) {
    const activities: ActivityDraft[] = [];
    const refusals: SourceRefusal[] = [];
    for (const record of records) {
      const order = takeOrder(record);
      if ('code' in order) refusals.push(order);
      else activities.push(order);
    }
    return { activities, refusals, open: {} };
  },
  settle: () => ({ activities: [], refusals: [], open: {} }),
};

const tooLong = 'MOBIKE_ID_TOO_LONG';
const names: readonly NameField[] = [
  { field: 'userid', missing: 'MOBIKE_USER_MISSING', tooLong },
  { field: 'bikeid', missing: 'MOBIKE_BIKE_MISSING', tooLong },
  { field: 'orderid', tooLong },
];

function takeOrder(record: SourceRecord): ActivityDraft | SourceRefusal {
  const records = [record.ref];
  const unnamed = misnamed(names, record);
  if (unnamed !== undefined) return { records, ...unnamed };
  const [user, bike, order] = [textOf(record, 'userid'), textOf(record, 'bikeid'), textOf(record, 'orderid')];
  const startedAt = beijingTime(textOf(record, 'start_time'));
  if (startedAt === undefined) return { records, account: user, code: 'MOBIKE_TIME_UNREADABLE', field: 'start_time' };
  const refused = { records, account: user, occurredAt: startedAt, mode: 'bike' as const };
  const endedAt = endOf(record, startedAt);
  if (endedAt === undefined) return { ...refused, code: 'MOBIKE_END_UNKNOWN', field: 'end_time' };
  const way = wayOf(record);
  if (way === undefined) return { ...refused, code: 'MOBIKE_DISTANCE_UNKNOWN', field: 'track_m' };
  const code = implausible(way.meters, endedAt - startedAt);
  if (code !== undefined) return { ...refused, code };
  return {
    records,
    account: user,
    ...(order === '' ? { sourceKey: `${bike}/${String(startedAt)}` } : { sourceKey: order, sourceKeyIsGlobal: true }),
    mode: 'bike',
    evidence: 'provider',
    occurredAt: endedAt,
    startedAt,
    endedAt,
    occupies: { kind: 'interval', from: startedAt, to: endedAt, group: 'travel' },
    distanceMeters: way.meters,
    vehicle: bike,
    basis: way.basis,
  };
}

function endOf(record: SourceRecord, startedAt: number): number | undefined {
  const written = beijingTime(textOf(record, 'end_time'));
  if (written !== undefined) return written;
  const minutes = numberOf(textOf(record, 'duration_min'));
  return minutes === undefined || minutes < 0 ? undefined : startedAt + Math.round(minutes * minuteMs);
}

/** The operator's distance where it can be true, else the straight line times the detour. No way is shorter than the straight line. */
function wayOf(record: SourceRecord): { readonly meters: number; readonly basis: string } | undefined {
  const track = numberOf(textOf(record, 'track_m'));
  const straight = straightLineOf(record);
  if (track !== undefined && track >= 0 && track >= (straight ?? 0) - roundingMeters)
    return { meters: Math.round(track), basis: 'provider-distance' };
  return straight === undefined ? undefined : { meters: Math.round(straight * detour), basis: 'straight-line-detour' };
}

function straightLineOf(record: SourceRecord): number | undefined {
  const from = placeOf(record, ['start_location_x', 'start_location_y'], ['start_lon', 'start_lat']);
  const to = placeOf(record, ['end_location_x', 'end_location_y'], ['end_lon', 'end_lat']);
  return from === undefined || to === undefined ? undefined : haversineMeters(from, to);
}

function placeOf(record: SourceRecord, ...columns: readonly (readonly [string, string])[]) {
  for (const [x, y] of columns) {
    const [lng, lat] = [numberOf(textOf(record, x)), numberOf(textOf(record, y))];
    if (lng !== undefined && lat !== undefined && Math.abs(lat) <= 90 && Math.abs(lng) <= 180) return { lat, lng };
  }
  return undefined;
}

function implausible(meters: number, durationMs: number): string | undefined {
  if (durationMs <= 0 || durationMs > limits.maxDurationMs) return 'MOBIKE_OVERLONG';
  if (meters < limits.minMeters) return 'MOBIKE_TOO_SHORT';
  return meters * 3600 > limits.maxKmPerHour * durationMs ? 'MOBIKE_TOO_FAST' : undefined;
}
