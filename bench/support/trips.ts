import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { simulateDay } from '@tanhui/green-travel/simulation';
import { addDays, dayOf } from '@tanhui/sdk/model';

/** Simulated trips as NDJSON in a file, made before the clock starts: sending them then costs the load generator a read and a write. */
export interface TripFile {
  readonly batchCount: number;
  batch(at: number): Buffer;
  close(): void;
}

const tripsPerDay = 1_500_000;

/** Writes days of simulated trips on the real Qingdao network, oldest first, ending yesterday. */
export function writeTrips(
  path: string,
  options: { readonly trips: number; readonly people: number; readonly batchSize: number; readonly now: number },
): TripFile {
  const file = openSync(path, 'w+');
  const starts = [0];
  for (const batch of batchesOf(options)) {
    const bytes = Buffer.from(batch);
    writeSync(file, bytes);
    starts.push((starts.at(-1) ?? 0) + bytes.length);
  }
  return {
    batchCount: starts.length - 1,
    batch(at) {
      const [from, to] = [starts[at] ?? 0, starts[at + 1] ?? 0];
      const bytes = Buffer.allocUnsafe(to - from);
      readSync(file, bytes, 0, bytes.length, from);
      return bytes;
    },
    close: () => {
      closeSync(file);
    },
  };
}

function* batchesOf(options: Parameters<typeof writeTrips>[1]): Generator<string> {
  const days = Math.max(1, Math.ceil(options.trips / tripsPerDay));
  const today = dayOf(options.now);
  let lines = '';
  let count = 0;
  for (let at = 0; at < days; at += 1) {
    const trips = Math.floor(((at + 1) * options.trips) / days) - Math.floor((at * options.trips) / days);
    for (const trip of simulateDay({ seed: 'bench', day: addDays(today, at - days), people: options.people, trips })) {
      lines += `${JSON.stringify(trip)}\n`;
      count += 1;
      if (count < options.batchSize) continue;
      yield lines;
      [lines, count] = ['', 0];
    }
  }
  if (count > 0) yield lines;
}
