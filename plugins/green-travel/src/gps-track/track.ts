import type { Mode, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, OpenJourney, SourceRecord } from '@tanhui/sdk/plugin';
import { isoInstant } from '../dates.ts';
import type { NameField } from '../fields.ts';
import { accountOf, misnamed, numberOf, textOf } from '../fields.ts';
import { haversineMeters } from '../geo.ts';
import type { Workings } from '../workings.ts';
import { noWorkings } from '../workings.ts';
import { cellOf, pieceToActivity } from './piece.ts';
import type { Piece } from './piece.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const gapMs = 10 * minuteMs;
/** A point that would need more than this is a jump of the receiver. */
const maxKmPerHour: Readonly<Partial<Record<Mode, number>>> = { walk: 40, bike: 40 };
const maxKmPerHourOtherwise = 200;
const maxCells = 40;

const modeOfLabel: Readonly<Record<string, Mode>> = {
  Walk: 'walk',
  Bike: 'bike',
  Bus: 'bus',
  Tram: 'tram',
  Metro: 'metro',
  Train: 'train',
  Ferry: 'ferry',
};

interface Point {
  readonly ref: number;
  readonly user: string;
  readonly at: number;
  readonly lat: number;
  readonly lng: number;
  /** Undefined while at rest. */
  readonly mode: Mode | undefined;
}

interface Track {
  piece: Piece | undefined;
  refs: number[];
}

/** GPS 轨迹: points of a phone, cut into trips by rest, change of mode and gaps of ten minutes. Points at rest are context. */
export const gpsTrack: ActivitySource = {
  id: 'gps-track',
  title: { 'zh-CN': 'GPS 轨迹', en: 'GPS tracks' },
  modes: ['walk', 'bike', 'bus', 'tram', 'metro', 'train', 'ferry'],
  requiredFields: ['user_id', 'timestamp', 'latitude', 'longitude', 'stop', 'mode'],
  latenessMs: hourMs,
  openExpiryMs: 24 * hourMs,
  openBytesPerKey: 65_536,
  parseSettings: () => ({}),
  keyOf: (record) => accountOf(record, 'user_id'),
  eventTimeOf: (record) => isoInstant(textOf(record, 'timestamp')),
  transform({ records, open }) {
    const workings = noWorkings();
    const tracks = new Map<string, Track>();
    for (const record of records) {
      const point = readPoint(record);
      if ('code' in point) workings.refusals.push(point);
      else takePoint(workings, trackOf(tracks, open, point.user), point);
    }
    for (const [user, track] of tracks) workings.open[user] = journeyOf(track);
    return workings;
  },
  settle({ open }) {
    const workings = noWorkings();
    for (const [user, journey] of Object.entries(open)) {
      const track = trackFrom(journey);
      finishPiece(workings, track, user);
      workings.open[user] = journeyOf(track);
    }
    return workings;
  },
};

const names: readonly NameField[] = [{ field: 'user_id', missing: 'GPS_USER_MISSING', tooLong: 'GPS_ID_TOO_LONG' }];

function readPoint(record: SourceRecord): Point | SourceRefusal {
  const records = [record.ref];
  const unnamed = misnamed(names, record);
  if (unnamed !== undefined) return { records, ...unnamed };
  const user = textOf(record, 'user_id');
  const at = isoInstant(textOf(record, 'timestamp'));
  if (at === undefined) return { records, account: user, code: 'GPS_TIME_UNREADABLE', field: 'timestamp' };
  const place = placeOf(record);
  const refused = { records, account: user, occurredAt: at };
  if ('field' in place) return { ...refused, code: 'GPS_POSITION_UNREADABLE', field: place.field };
  if (!isWgs84(textOf(record, 'datum'))) return { ...refused, code: 'GPS_DATUM_MIXED', field: 'datum' };
  const label = textOf(record, 'mode');
  if (label === '' || textOf(record, 'stop') === 'TRUE')
    return { ref: record.ref, user, at, ...place, mode: undefined };
  const mode = Object.hasOwn(modeOfLabel, label) ? modeOfLabel[label] : undefined;
  return mode === undefined
    ? { ...refused, code: 'GPS_MODE_NOT_LOW_CARBON', field: 'mode' }
    : { ref: record.ref, user, at, ...place, mode };
}

/** A file that names no datum is taken at its word for the format's own. Read as WGS-84, a GCJ-02 position is off by about 600 m. */
function isWgs84(datum: string): boolean {
  return datum === '' || /^WGS[ -]?84$/i.test(datum);
}

function placeOf(record: SourceRecord): { readonly lat: number; readonly lng: number } | { readonly field: string } {
  const [lat, lng] = [numberOf(textOf(record, 'latitude')), numberOf(textOf(record, 'longitude'))];
  if (lat === undefined || Math.abs(lat) > 90) return { field: 'latitude' };
  return lng === undefined || Math.abs(lng) > 180 ? { field: 'longitude' } : { lat, lng };
}

function trackOf(tracks: Map<string, Track>, open: Readonly<Record<string, OpenJourney>>, user: string): Track {
  let track = tracks.get(user);
  if (track === undefined) {
    const journey = Object.hasOwn(open, user) ? open[user] : undefined;
    track = journey === undefined ? { piece: undefined, refs: [] } : trackFrom(journey);
    tracks.set(user, track);
  }
  return track;
}

function trackFrom(journey: OpenJourney): Track {
  return { piece: journey.state as unknown as Piece, refs: journey.records.map(({ ref }) => ref) };
}

function journeyOf({ piece, refs }: Track): OpenJourney {
  return {
    records: refs.map((ref) => ({ ref })),
    state: piece === undefined ? null : { ...piece },
    updatedAt: piece?.to ?? 0,
  };
}

function takePoint(workings: Workings, track: Track, point: Point): void {
  const { piece } = track;
  if (piece !== undefined && (point.mode !== piece.mode || point.at - piece.to > gapMs))
    finishPiece(workings, track, point.user);
  if (point.mode === undefined) {
    workings.contextRecords.push(point.ref);
    return;
  }
  if (track.piece === undefined) track.piece = startPiece(point, point.mode);
  else track.piece = extend(track.piece, point);
  track.refs.push(point.ref);
  // The records of a piece are kept with it; only as many wait as the source may hold, the earlier ones have done their part.
  while (track.refs.length > maxWaitingPoints) {
    const first = track.refs.shift();
    if (first !== undefined) workings.contextRecords.push(first);
  }
}

const maxWaitingPoints = 200;

function startPiece({ at, lat, lng }: Point, mode: Mode): Piece {
  return { mode, from: at, to: at, meters: 0, lat, lng, points: 1, cells: [cellOf({ at, lat, lng })] };
}

/** Repeats and jumps add nothing; the piece goes on from its last good point. */
function extend(piece: Piece, point: Point): Piece {
  const step = haversineMeters(piece, point);
  const elapsedMs = point.at - piece.to;
  const limit = maxKmPerHour[piece.mode] ?? maxKmPerHourOtherwise;
  if (elapsedMs <= 0 || step * 3600 > limit * elapsedMs) return piece;
  const cell = cellOf(point);
  const cells = piece.cells.includes(cell) || piece.cells.length >= maxCells ? piece.cells : [...piece.cells, cell];
  return {
    ...piece,
    to: point.at,
    meters: piece.meters + step,
    lat: point.lat,
    lng: point.lng,
    points: piece.points + 1,
    cells,
  };
}

function finishPiece(workings: Workings, track: Track, user: string): void {
  const { piece, refs } = track;
  track.piece = undefined;
  track.refs = [];
  if (piece === undefined) return;
  const result = pieceToActivity(piece, user, refs);
  if (result === undefined) workings.contextRecords.push(...refs);
  else workings.activities.push(result);
}
