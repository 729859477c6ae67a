import type { Network } from '../network.ts';

/** Longest simulated trip; a commute beyond it is rare enough to leave out. */
const maxMeters = 45_000;

/** Where people go from a station: every other one within reach, nearest first. */
export interface Reach {
  readonly stations: readonly number[];
  readonly meters: readonly number[];
}

export function reachOf(network: Network): readonly Reach[] {
  const everywhere = Array.from({ length: network.stationCount }, (_, station) => station);
  return everywhere.map((from) => {
    const within = everywhere
      .map((to) => ({ to, meters: network.distanceMeters(from, to) ?? Infinity }))
      .filter(({ to, meters }) => to !== from && meters <= maxMeters)
      .sort((first, second) => first.meters - second.meters || first.to - second.to);
    return { stations: within.map(({ to }) => to), meters: within.map(({ meters }) => meters) };
  });
}

/** Draws a place in a list that is sorted by distance: near ones more often, the median at about a quarter of the list. */
export function nearerMoreOften(count: number, drawn: number): number {
  return Math.min(count - 1, Math.floor(count * drawn * drawn));
}
