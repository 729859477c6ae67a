import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, OpenJourney, SourceRecord } from '@tanhui/sdk/plugin';
import { beijingTime } from '../dates.ts';
import type { NameField } from '../fields.ts';
import { accountOf, misnamed, numberOf, textOf, wordsOf } from '../fields.ts';
import type { Network } from '../network.ts';
import { networkOf } from '../network.ts';
import type { Workings } from '../workings.ts';
import { noWorkings } from '../workings.ts';
import type { Held, Pair, Waiting } from './pairing.ts';
import { heldIn, inOrder, journeyOf, newestOf, pairsOf, without } from './pairing.ts';
import { basisOfFare, metersOfFare, resolveStation } from './stations.ts';

const networkId = 'shenzhen-2020-02';
const hourMs = 3_600_000;
const maxRideMs = 4 * hourMs;
const latenessMs = 24 * hourMs;
/** More waiting taps than this on one card are no journeys any more; what pairs is paired before its time, then the oldest are given up. */
const maxWaiting = 40;

interface Tap {
  readonly ref: number;
  readonly kind: 'in' | 'out' | 'bus';
  readonly card: string;
  readonly at: number;
  readonly station: string;
  readonly fareFen: number;
  readonly equipment: string;
  readonly vehicle: string;
}

const kinds: ReadonlyMap<string, Tap['kind']> = new Map([
  ['地铁入站', 'in'],
  ['地铁出站', 'out'],
  ['巴士', 'bus'],
]);

/**
 * 深圳通刷卡: metro taps pair into rides, lone exits are dated by their fare, each bus tap is a ride. Metro taps wait until none can come between them any more, so that
 * the pairs are those of the sorted whole in whatever order taps arrive.
 */
export const shenzhenTaps: ActivitySource = {
  id: 'shenzhen-taps',
  title: { 'zh-CN': '深圳通刷卡', en: 'Shenzhen Tong taps' },
  modes: ['metro', 'bus'],
  requiredFields: ['card_no', 'deal_date', 'deal_type', 'deal_value', 'equ_no', 'station', 'car_no'],
  latenessMs,
  openExpiryMs: 7 * 24 * hourMs,
  openBytesPerKey: 16_384,
  parseSettings: () => ({}),
  keyOf: (record) => accountOf(record, 'card_no'),
  eventTimeOf: ({ fields }) => beijingTime(fields['deal_date']),
  transform({ records, open }) {
    const workings = noWorkings();
    const cards = new Map<string, Held[]>();
    for (const record of records) takeRecord({ workings, cards, open }, record);
    for (const [card, held] of cards) workings.open[card] = journeyOf(pairRipe(workings, card, held));
    return workings;
  },
  settle({ open }) {
    const workings = noWorkings();
    for (const [card, journey] of Object.entries(open))
      workings.open[card] = journeyOf(settled(workings, card, heldIn(journey)));
    return workings;
  },
  forget: (journey, gone) => journeyOf(heldIn(journey).filter(({ ref }) => !gone.includes(ref))),
};

interface Session {
  readonly workings: Workings;
  readonly cards: Map<string, Held[]>;
  readonly open: Readonly<Record<string, OpenJourney>>;
}

function takeRecord(session: Session, record: SourceRecord): void {
  const tap = readTap(record);
  if ('code' in tap) {
    session.workings.refusals.push(tap);
    return;
  }
  if (tap.kind === 'bus') {
    session.workings.activities.push(busRide(tap));
    return;
  }
  heldOf(session, tap.card).push({ ref: tap.ref, tap: waitingOf(tap, tap.kind) });
}

const tooLong = 'TAPS_ID_TOO_LONG';
const cardName: readonly NameField[] = [{ field: 'card_no', missing: 'TAPS_CARD_MISSING', tooLong }];
/** Shorter than others: up to forty of one card are kept with their taps. */
const gateName: NameField = { field: 'equ_no', tooLong, maxLength: 32 };
/** What makes the source key of a tap; the vehicle of a metro tap is in none. */
const keyNames = { gate: [gateName], bus: [gateName, { field: 'car_no', tooLong }] };

function readTap(record: SourceRecord): Tap | SourceRefusal {
  const textIn = (field: string) => textOf(record, field);
  const records = [record.ref];
  const at = beijingTime(textOf(record, 'deal_date'));
  if (at === undefined) return { records, code: 'TAPS_TIME_UNREADABLE', field: 'deal_date' };
  const unnamed = misnamed(cardName, record);
  if (unnamed !== undefined) return { records, ...unnamed, occurredAt: at };
  const kind = kinds.get(textOf(record, 'deal_type'));
  if (kind === undefined) return { records, code: 'TAPS_TYPE_UNKNOWN', field: 'deal_type', occurredAt: at };
  const fareFen = numberOf(textOf(record, 'deal_value'));
  if (fareFen === undefined || fareFen < 0)
    return { records, code: 'TAPS_FARE_UNREADABLE', field: 'deal_value', occurredAt: at };
  const unkeyed = misnamed(kind === 'bus' ? keyNames.bus : keyNames.gate, record);
  if (unkeyed !== undefined) return { records, ...unkeyed, occurredAt: at };
  const [card, equipment, vehicle] = [textIn('card_no'), textIn('equ_no'), textIn('car_no')];
  return { ref: record.ref, kind, card, at, fareFen, station: wordsOf(record, 'station'), equipment, vehicle };
}

function heldOf({ cards, open }: Session, card: string): Held[] {
  let held = cards.get(card);
  if (held === undefined) {
    const journey = Object.hasOwn(open, card) ? open[card] : undefined;
    held = journey === undefined ? [] : heldIn(journey);
    cards.set(card, held);
  }
  return held;
}

function waitingOf(tap: Tap, kind: 'in' | 'out'): Waiting {
  const station = resolveStation(network(), tap.station);
  const name = station === undefined ? '' : network().nameOf(station);
  return { k: kind, t: tap.at, s: name, f: tap.fareFen, e: tap.equipment };
}

/** Pairs that no late tap can part any more: the card was tapped again a lateness window later. Answers what goes on waiting. */
function pairRipe(workings: Workings, card: string, held: readonly Held[]): readonly Held[] {
  const ordered = inOrder(held);
  const ripeBefore = newestOf(held) - latenessMs;
  const pairs = pairsOf(ordered).filter(({ exit }) => exit.tap.t < ripeBefore);
  for (const one of pairs) pair(workings, card, one);
  return withinBounds(workings, card, pairs.length === 0 ? ordered : without(ordered, pairs));
}

function withinBounds(workings: Workings, card: string, ordered: readonly Held[]): readonly Held[] {
  if (ordered.length <= maxWaiting) return ordered;
  const early = pairsOf(ordered).slice(0, Math.ceil((ordered.length - maxWaiting) / 2));
  for (const one of early) pair(workings, card, one);
  const left = without(ordered, early);
  const oldest = left.splice(0, Math.max(0, left.length - maxWaiting));
  for (const { ref, tap } of oldest)
    workings.refusals.push({ records: [ref], code: 'TAPS_TOO_MANY_WAITING', occurredAt: tap.t, mode: 'metro' });
  return left;
}

/** Every pair is made, and lone exits become inferred rides; entries go on waiting for an exit of a later run. */
function settled(workings: Workings, card: string, held: readonly Held[]): readonly Held[] {
  const ordered = inOrder(held);
  const pairs = pairsOf(ordered);
  for (const one of pairs) pair(workings, card, one);
  const left = without(ordered, pairs);
  for (const { ref, tap } of left)
    if (tap.k === 'out') workings.activities.push(inferredRide(card, { records: [ref], exit: tap }));
  return left.filter(({ tap }) => tap.k === 'in');
}

function network(): Network {
  const found = networkOf(networkId);
  if (found === undefined) throw new Error(`network ${networkId} is part of this plugin`);
  return found;
}

/** First match wins: a station that cannot be resolved, the same station, more than four hours, a measured ride. */
function pair(workings: Workings, card: string, ends: Pair): void {
  const { entry, exit } = ends;
  const records = [entry.ref, exit.ref];
  const [from, to] = [network().stationOf(entry.tap.s), network().stationOf(exit.tap.s)];
  const meters = from === undefined || to === undefined ? undefined : network().distanceMeters(from, to);
  if (from === undefined || to === undefined || meters === undefined) {
    workings.activities.push(inferredRide(card, { records, exit: exit.tap }));
    return;
  }
  const refused = { records, account: card, occurredAt: exit.tap.t, mode: 'metro' as const };
  if (from === to) workings.refusals.push({ ...refused, code: 'TAPS_SAME_STATION' });
  else if (exit.tap.t - entry.tap.t > maxRideMs) workings.refusals.push({ ...refused, code: 'TAPS_OVERLONG' });
  else workings.activities.push(measuredRide(card, { records, ends, from, to, meters }));
}

function measuredRide(
  card: string,
  ride: {
    readonly records: readonly number[];
    readonly ends: Pair;
    readonly from: number;
    readonly to: number;
    readonly meters: number;
  },
): ActivityDraft {
  const { entry, exit } = ride.ends;
  return {
    ...metroRide(card, { records: ride.records, exit: exit.tap }),
    evidence: 'measured',
    startedAt: entry.tap.t,
    endedAt: exit.tap.t,
    occupies: { kind: 'interval', from: entry.tap.t, to: exit.tap.t, group: 'travel' },
    distanceMeters: ride.meters,
    fromPlace: network().nameOf(ride.from),
    toPlace: network().nameOf(ride.to),
    basis: 'network-path',
    basedOn: networkId,
  };
}

function inferredRide(
  card: string,
  ride: { readonly records: readonly number[]; readonly exit: Waiting },
): ActivityDraft {
  const { f: fareFen, s: station } = ride.exit;
  return {
    ...metroRide(card, ride),
    evidence: 'inferred',
    occupies: { kind: 'point', at: ride.exit.t, group: 'travel' },
    endedAt: ride.exit.t,
    distanceMeters: metersOfFare(fareFen),
    ...(station !== '' && { toPlace: station }),
    basis: basisOfFare(fareFen),
  };
}

function metroRide(card: string, ride: { readonly records: readonly number[]; readonly exit: Waiting }) {
  return {
    records: ride.records,
    account: card,
    sourceKey: `${String(ride.exit.t)}/${ride.exit.e}`,
    mode: 'metro' as const,
    occurredAt: ride.exit.t,
  };
}

/** Two taps within ten minutes in one vehicle are two rides: a bus tap has no partner. */
function busRide(tap: Tap): ActivityDraft {
  return {
    records: [tap.ref],
    account: tap.card,
    sourceKey: `${String(tap.at)}/${tap.vehicle}/${tap.equipment}`,
    mode: 'bus',
    evidence: 'default',
    occurredAt: tap.at,
    startedAt: tap.at,
    occupies: { kind: 'point', at: tap.at, group: 'travel' },
    ...(tap.station.trim() !== '' && { fromPlace: tap.station.trim() }),
    basis: 'default-distance',
  };
}
