const minutesPerDay = 1_440;
const opening = { fromMinute: 6 * 60 + 10, beforeMinute: 23 * 60 };

/** Peaks of people leaving stations: centre and width in minutes of the day, and share of the day's trips. */
const peaks = [
  { centre: 8 * 60 + 10, width: 40, share: 0.34 },
  { centre: 12 * 60 + 30, width: 110, share: 0.16 },
  { centre: 18 * 60 + 10, width: 55, share: 0.34 },
  { centre: 21 * 60, width: 60, share: 0.06 },
];
const evenShare = 0.1;

/** How many of `trips` end before each minute of the day: 1,441 numbers, the last is `trips`. Assumed shape, not counted anywhere. */
export function tripsBeforeMinute(trips: number): readonly number[] {
  const weights = Array.from({ length: minutesPerDay }, (_, minute) => weightAt(minute));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const before = [0];
  let passed = 0;
  for (const weight of weights) {
    passed += weight;
    before.push(Math.round((passed / total) * trips));
  }
  return before;
}

function weightAt(minute: number): number {
  if (minute < opening.fromMinute || minute >= opening.beforeMinute) return 0;
  let weight = evenShare / (opening.beforeMinute - opening.fromMinute);
  for (const { centre, width, share } of peaks) {
    weight += (share * Math.exp(-(((minute - centre) / width) ** 2) / 2)) / (width * Math.sqrt(2 * Math.PI));
  }
  return weight;
}
