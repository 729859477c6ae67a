import type { TripView } from '@tanhui/sdk/client';
import { clock, count, distance, energy } from '../../shared/format.ts';
import { modeName } from '../../shared/texts.ts';
import { say } from '../texts.ts';

/** What a line of 行程 is called: where from and to, or what was done and how much. */
export function titleOf(trip: TripView): string {
  if (trip.fromPlace !== undefined && trip.toPlace !== undefined) return `${trip.fromPlace} → ${trip.toPlace}`;
  if (trip.energyWattHours !== undefined) return say('trip.charge', { energy: energy(trip.energyWattHours) });
  return [modeName(trip.mode), amountOf(trip)].filter(Boolean).join(' ');
}

/** `08:12 – 08:31 · 地铁 · 6.2 公里` */
export function detailOf(trip: TripView): string {
  const isNamed = trip.fromPlace !== undefined && trip.toPlace !== undefined;
  const parts = [timesOf(trip), ...(isNamed ? [modeName(trip.mode), amountOf(trip)] : [])].filter(Boolean);
  return parts.map(unbroken).join(' · ');
}

/** A line may break between its parts, never inside one: `6.2` stays with `km`. */
function unbroken(part: string): string {
  return part.replaceAll(' ', '\u00A0');
}

function timesOf({ startedAt, endedAt, occurredAt }: TripView): string {
  if (startedAt === undefined || endedAt === undefined) return clock(occurredAt);
  return `${clock(startedAt)} – ${clock(endedAt)}`;
}

function amountOf({ distanceMeters, steps }: TripView): string {
  if (distanceMeters !== undefined) return distance(distanceMeters);
  return steps === undefined ? '' : say('trip.steps', { steps: count(steps) });
}

export interface TripState {
  readonly tone: 'proof' | 'look' | 'plain';
  readonly icon: string;
  readonly text: string;
}

/** How far a trip has come, as word, icon and colour. */
export function stateOf(trip: TripView): TripState {
  if (trip.status === 'held') return { tone: 'look', icon: 'pause', text: say('trip.held') };
  if (trip.status === 'reversed') return { tone: 'plain', icon: 'undo', text: say('trip.reversed') };
  if (trip.status === 'refused') return { tone: 'plain', icon: 'no', text: say('trip.notCounted') };
  return trip.seal?.state === 'sealed'
    ? { tone: 'proof', icon: 'seal', text: say('trip.sealed') }
    : { tone: 'look', icon: 'clock', text: say('trip.waiting') };
}

/** Counted trips open their figure; the others open their reason. */
export function addressOf(trip: TripView): string {
  return trip.status === 'accepted' && trip.record !== undefined
    ? `/records/${trip.record}`
    : `/trips/${trip.day}/${trip.activity}`;
}
