import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { ActivitySource, OpenJourney, SourceRecord } from '@tanhui/sdk/plugin';
import { beijingTime } from '../dates.ts';
import { numberOf, textOf } from '../fields.ts';
import type { Network } from '../network.ts';
import { networkOf } from '../network.ts';
import type { Workings } from '../workings.ts';
import { noWorkings } from '../workings.ts';
import { basisOfFare, metersOfFare, resolveStation } from './stations.ts';

const networkId = 'shenzhen-2020-02';
const hourMs = 3_600_000;
const maxRideMs = 4 * hourMs;
/** More waiting taps than this on one card are no journeys any more; the oldest are given up. */
const maxWaiting = 40;
const maxEquipmentLength = 32;

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

/**
 * A waiting tap, short because it is stored: kind, instant, station as the network names it (empty where it has none such), fare, equipment.
 * `stale` entries were replaced by a newer one.
 */
type Waiting = {
  readonly k: 'in' | 'out' | 'stale';
  readonly t: number;
  readonly s: string;
  readonly f: number;
  readonly e: string;
};

interface Card {
  readonly refs: number[];
  readonly taps: Waiting[];
}

const kinds: ReadonlyMap<string, Tap['kind']> = new Map([
  ['地铁入站', 'in'],
  ['地铁出站', 'out'],
  ['巴士', 'bus'],
]);

/** 深圳通刷卡: metro taps pair into rides, lone exits are dated by their fare, each bus tap is a ride. */
export const shenzhenTaps: ActivitySource = {
  id: 'shenzhen-taps',
  title: { 'zh-CN': '深圳通刷卡', en: 'Shenzhen Tong taps' },
  modes: ['metro', 'bus'],
  requiredFields: ['card_no', 'deal_date', 'deal_type', 'deal_value', 'equ_no', 'station', 'car_no'],
  latenessMs: 24 * hourMs,
  openExpiryMs: 7 * 24 * hourMs,
  openBytesPerKey: 16_384,
  parseSettings: () => ({}),
  keyOf: (record) => textOf(record, 'card_no') || undefined,
  eventTimeOf: ({ fields }) => beijingTime(fields['deal_date']),
  transform({ records, open }) {
    const workings = noWorkings();
    const cards = new Map<string, Card>();
    for (const record of records) takeRecord({ workings, cards, open }, record);
    for (const [card, { refs, taps }] of cards) workings.open[card] = journeyOf(refs, taps);
    return workings;
  },
  settle({ open }) {
    const workings = noWorkings();
    for (const [card, journey] of Object.entries(open)) settleCard(workings, card, journey);
    return workings;
  },
  forget(journey, gone) {
    const { refs, taps } = cardFrom(journey);
    const isKept = (_: unknown, at: number) => !gone.includes(refs[at] ?? 0);
    return journeyOf(refs.filter(isKept), taps.filter(isKept));
  },
};

interface Session {
  readonly workings: Workings;
  readonly cards: Map<string, Card>;
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
  const card = cardOf(session, tap.card);
  if (tap.kind === 'in') enter(session.workings, card, tap);
  else leave(session.workings, card, tap);
  giveUpOldest(session.workings, card);
}

function readTap(record: SourceRecord): Tap | SourceRefusal {
  const records = [record.ref];
  const at = beijingTime(textOf(record, 'deal_date'));
  if (at === undefined) return { records, code: 'TAPS_TIME_UNREADABLE', field: 'deal_date' };
  const card = textOf(record, 'card_no');
  if (card === '') return { records, code: 'TAPS_CARD_MISSING', field: 'card_no', occurredAt: at };
  const kind = kinds.get(textOf(record, 'deal_type'));
  if (kind === undefined) return { records, code: 'TAPS_TYPE_UNKNOWN', field: 'deal_type', occurredAt: at };
  const fareFen = numberOf(textOf(record, 'deal_value'));
  if (fareFen === undefined || fareFen < 0)
    return { records, code: 'TAPS_FARE_UNREADABLE', field: 'deal_value', occurredAt: at };
  const [station, vehicle] = [textOf(record, 'station'), textOf(record, 'car_no')];
  const equipment = textOf(record, 'equ_no', maxEquipmentLength);
  return { ref: record.ref, kind, card, at, fareFen, station, equipment, vehicle };
}

function cardOf({ cards, open }: Session, name: string): Card {
  let card = cards.get(name);
  if (card === undefined) {
    const journey = Object.hasOwn(open, name) ? open[name] : undefined;
    card = journey === undefined ? { refs: [], taps: [] } : cardFrom(journey);
    cards.set(name, card);
  }
  return card;
}

function cardFrom(journey: OpenJourney): Card {
  return { refs: journey.records.map(({ ref }) => ref), taps: [...(journey.state as unknown as Waiting[])] };
}

function journeyOf(refs: readonly number[], taps: readonly Waiting[]): OpenJourney {
  return {
    records: refs.map((ref) => ({ ref })),
    state: taps,
    updatedAt: taps.reduce((newest, { t }) => Math.max(newest, t), 0),
  };
}

function waitingOf(tap: Tap, kind: 'in' | 'out'): Waiting {
  const station = resolveStation(network(), tap.station);
  const name = station === undefined ? '' : network().nameOf(station);
  return { k: kind, t: tap.at, s: name, f: tap.fareFen, e: tap.equipment };
}

/**
 * An entry takes the place of one that waits, which stays open. Over the wire an entry may come after its exit, or after a later entry: it meets
 * that exit here, or is itself the one that was replaced. In a sorted run neither happens.
 */
function enter(workings: Workings, card: Card, tap: Tap): void {
  const exit = takeOut(card, exitThatWaitsFor(card, tap.at));
  if (exit !== undefined) {
    pair(workings, tap.card, { entry: { ref: tap.ref, tap: waitingOf(tap, 'in') }, exit });
    return;
  }
  const isLate = card.taps.some(({ k, t }) => k === 'in' && t > tap.at);
  for (const [at, waiting] of card.taps.entries())
    if (waiting.k === 'in' && !isLate) card.taps[at] = { ...waiting, k: 'stale' };
  card.refs.push(tap.ref);
  card.taps.push({ ...waitingOf(tap, 'in'), k: isLate ? 'stale' : 'in' });
}

/** The first lone exit after an entry, unless another entry stands between them; -1 where there is none. */
function exitThatWaitsFor({ taps }: Card, enteredAt: number): number {
  let first = -1;
  for (const [at, { k, t }] of taps.entries())
    if (k === 'out' && t > enteredAt && t < (taps[first]?.t ?? Infinity)) first = at;
  const leftAt = taps[first]?.t ?? -Infinity;
  return taps.some(({ k, t }) => k !== 'out' && t >= enteredAt && t <= leftAt) ? -1 : first;
}

function leave(workings: Workings, card: Card, tap: Tap): void {
  const entry = takeOut(
    card,
    card.taps.findIndex(({ k, t }) => k === 'in' && t <= tap.at),
  );
  if (entry !== undefined) {
    pair(workings, tap.card, { entry, exit: { ref: tap.ref, tap: waitingOf(tap, 'out') } });
    return;
  }
  card.refs.push(tap.ref);
  card.taps.push(waitingOf(tap, 'out'));
}

interface Held {
  readonly ref: number;
  readonly tap: Waiting;
}

function takeOut(card: Card, at: number): Held | undefined {
  if (at < 0) return undefined;
  const [ref] = card.refs.splice(at, 1);
  const [tap] = card.taps.splice(at, 1);
  return ref === undefined || tap === undefined ? undefined : { ref, tap };
}

function giveUpOldest(workings: Workings, card: Card): void {
  while (card.taps.length > maxWaiting) {
    const oldest = takeOut(card, 0);
    if (oldest !== undefined) {
      workings.refusals.push({
        records: [oldest.ref],
        code: 'TAPS_TOO_MANY_WAITING',
        occurredAt: oldest.tap.t,
        mode: 'metro',
      });
    }
  }
}

function network(): Network {
  const found = networkOf(networkId);
  if (found === undefined) throw new Error(`network ${networkId} is part of this plugin`);
  return found;
}

/** First match wins: a station that cannot be resolved, the same station, more than four hours, a measured ride. */
function pair(workings: Workings, card: string, ends: { readonly entry: Held; readonly exit: Held }): void {
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
    readonly ends: { entry: Held; exit: Held };
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

/** At the end lone exits become inferred rides; entries go on waiting for an exit of a later run. */
function settleCard(workings: Workings, card: string, journey: OpenJourney): void {
  const { refs, taps } = cardFrom(journey);
  const kept: Card = { refs: [], taps: [] };
  for (const [at, tap] of taps.entries()) {
    const ref = refs[at];
    if (ref === undefined) continue;
    if (tap.k === 'out') workings.activities.push(inferredRide(card, { records: [ref], exit: tap }));
    else {
      kept.refs.push(ref);
      kept.taps.push(tap);
    }
  }
  workings.open[card] = journeyOf(kept.refs, kept.taps);
}
