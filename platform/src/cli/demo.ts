import {
  simulateBikeOrders,
  simulateChargingSessions,
  simulatedChargingMapping,
  simulateDay,
} from '@tanhui/green-travel/simulation';
import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { JsonValue } from '@tanhui/sdk/plugin';
import type { Platform } from '../compose.ts';
import { bind } from '../http/index.ts';
import { citizenDocuments } from '../identity/index.ts';
import type { RawRecord } from '../intake/index.ts';
import { dayRunId, finishRun, maxBatchRecords, runs, takeBatch } from '../intake/index.ts';

const programme = 'qingdao-demo';
const seed = 'tanhui-demo';
const people = 400;
const tripsPerDay = 1_200;
/** A week, and one day that is old enough to be closed at once: nothing of it may be on its way any more, however late a source may be. */
const daysBack = [8, 6, 5, 4, 3, 2, 1, 0];

/** Simulated citizens and the simulated accounts that they have bound. */
const residents = [
  { citizen: 'ctz_sim-lan', name: '小岚（模拟）', accounts: ['SIM-000007', 'SIM-000012'] },
  { citizen: 'ctz_sim-hai', name: '阿海（模拟）', accounts: ['SIM-000021'] },
  { citizen: 'ctz_sim-song', name: '老宋（模拟）', accounts: ['SIM-000033'] },
] as const;

/** 演示: a week of labelled simulated trips that ends now, so that "today" is empty only before its first trains, and a day before it that the agency may close. Running it again adds nothing. */
export async function seedDemo({ services }: Platform): Promise<{ readonly records: number }> {
  const { store, clock } = services;
  const now = clock.now();
  await store.unitOfWork((tx) =>
    tx.insertMany(
      citizenDocuments,
      residents.map(({ citizen, name }) => ({
        key: citizen,
        value: { name, programme, isSimulated: true, createdAt: now, accounts: [] },
      })),
    ),
  );
  for (const { citizen, accounts } of residents) {
    // Who has had his data erased stays erased.
    if ((await store.get(citizenDocuments, citizen))?.value.erasedAt !== undefined) continue;
    for (const name of accounts)
      for (const source of ['metro-trips', 'mobike-orders', 'ev-sessions'])
        await bind(services, { citizen, source, name });
  }
  let records = 0;
  for (const back of daysBack) records += await seedDay(services, addDays(dayOf(now), -back), now);
  await services.sealNow();
  return { records };
}

type Fields = Readonly<Record<string, string>>;

async function seedDay(services: Platform['services'], day: Day, now: number): Promise<number> {
  const others = { seed, day, people, records: 250 };
  const metro = await take(
    services,
    { source: 'metro-trips', day, now },
    simulateDay({ seed, day, people, trips: tripsPerDay }),
  );
  const bikes = await take(services, { source: 'mobike-orders', day, now }, simulateBikeOrders(others));
  const charging = { source: 'ev-sessions', day, now, settings: simulatedChargingMapping as unknown as JsonValue };
  return metro + bikes + (await take(services, charging, simulateChargingSessions({ ...others, records: 40 })));
}

/** Of the running day only what has happened by now; the run of a day that is over ends with its last record. */
async function take(
  services: Platform['services'],
  job: { readonly source: string; readonly day: Day; readonly now: number; readonly settings?: JsonValue },
  fields: Iterable<Fields>,
): Promise<number> {
  const { source } = services.plugins.source(job.source);
  const settings = source.parseSettings(job.settings ?? null);
  const scope = { source: job.source, programme, settings, run: dayRunId(job.day, job.source, 'demo') };
  if ((await services.store.get(runs, scope.run))?.value.finishedAt !== undefined) return 0;
  const all = [...fields];
  const records: RawRecord[] = all
    .map((record, at) => ({ line: at + 1, fields: record }))
    .filter(({ line, fields: read }) => (source.eventTimeOf({ ref: line, fields: read }, settings) ?? 0) <= job.now);
  for (let from = 0; from < records.length; from += maxBatchRecords)
    await takeBatch(services.intake, { scope, records: records.slice(from, from + maxBatchRecords) });
  const isWhole = records.length === all.length && job.day < dayOf(job.now);
  if (isWhole) await finishRun(services.store, scope.run, job.now);
  return records.length;
}
