import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { IntakeCounts, IntakeDeps, Leg, RawRecord } from '../../src/intake/index.ts';
import {
  beginUndo,
  finishRun,
  openJourneys,
  runs,
  seenRecords,
  settleAll,
  takeBatch,
  undoSteps,
} from '../../src/intake/index.ts';
import type { Collection } from '../../src/storage/index.ts';
import { pagesOf } from '../../src/storage/index.ts';
import { intakeCollections, intakeFixture, seededRandom } from '../support/intake.ts';

const mobility = new URL('../../../../shared/data/mobility/', import.meta.url);
const isHere = existsSync(mobility);
if (!isHere) process.stdout.write('real data: ../shared/data is not here, its tests are skipped\n');

/** All files of one import as one set, in batches of 1,000: in order of their event time, or in the order that is given. */
async function importFiles(
  deps: IntakeDeps,
  job: { readonly run: string; readonly source: string; readonly programme: string; readonly files: readonly string[] },
  arrange?: (records: readonly RawRecord[]) => readonly RawRecord[],
): Promise<IntakeCounts> {
  const { source } = deps.plugins.source(job.source);
  const scope = { ...job, settings: source.parseSettings(null) };
  const records: RawRecord[] = [];
  for (const file of job.files) {
    const rows = parse(gunzipSync(readFileSync(new URL(file, mobility))), {
      columns: true,
      bom: true,
      relax_quotes: true,
    });
    for (const fields of rows as Record<string, string>[]) records.push({ line: records.length + 1, fields });
  }
  const at = ({ line, fields }: RawRecord) => source.eventTimeOf({ ref: line, fields }, scope.settings) ?? 0;
  const arranged = arrange?.(records) ?? records.sort((first, second) => at(first) - at(second));
  for (let from = 0; from < arranged.length; from += 1000)
    await takeBatch(deps, { scope, records: arranged.slice(from, from + 1000) });
  await settleAll(deps, scope);
  const stored = await deps.store.get(runs, job.run);
  if (stored === undefined) throw new Error('run');
  return stored.value.counts;
}

/** In an order that has nothing to do with time, and is the same each time. */
function shuffled(records: readonly RawRecord[]): readonly RawRecord[] {
  const random = seededRandom('the order of taps');
  const keyed = records.map((record) => ({ record, key: Buffer.from(random.bytes(8)).toString('hex') }));
  return keyed.sort((first, second) => (first.key < second.key ? -1 : 1)).map(({ record }) => record);
}

/** Card numbers of some files that stand anywhere in the store: eight or nine letters from A to J each, as their publisher masked them. */
async function cardsKept(deps: IntakeDeps, files: readonly string[]): Promise<string[]> {
  const cards = new Set(
    files.flatMap((file) => numbersIn(gunzipSync(readFileSync(new URL(file, mobility))).toString())),
  );
  expect(cards.size).toBeGreaterThan(27_000);
  const kept: string[] = [];
  for (const collection of intakeCollections as readonly Collection<object>[])
    for await (const page of pagesOf(deps.store, collection, { index: 'key' }))
      kept.push(...numbersIn(JSON.stringify(page)).filter((number) => cards.has(number)));
  return kept;
}

function numbersIn(text: string): string[] {
  return [...text.matchAll(/[A-J]{8,9}/g)].map(([number]) => number);
}

/** Ledger accounts that have anything. */
function netOf(posted: readonly Leg[]): [string, bigint][] {
  const net = new Map<string, bigint>();
  for (const { account, amount } of posted) net.set(account, (net.get(account) ?? 0n) + amount);
  return [...net].filter(([, amount]) => amount !== 0n);
}

describe.skipIf(!isHere)('real data', () => {
  it('takes the Shenzhen taps to the figures that the rules give, and a second time to nothing but duplicates', async () => {
    const deps = intakeFixture();
    const job = {
      source: 'shenzhen-taps',
      programme: 'shenzhen-pilot',
      files: ['shenzhen-card-taps/szt_10k.csv.gz', 'shenzhen-card-taps/szt_14_14.csv.gz'],
    };
    const first = await importFiles(deps, { ...job, run: 'run_1' });
    expect(first.records).toEqual({ read: 28_094, used: 16_929, duplicate: 0, refused: 298, open: 10_867 });
    expect(first.activities).toEqual({
      accepted: { metro: 5_645, bus: 10_925 },
      byEvidence: { measured: 305, inferred: 5_340, default: 10_925 },
      refused: { TAPS_SAME_STATION: 145, TAPS_OVERLONG: 4 },
      held: {},
    });
    expect(await cardsKept(deps, job.files), 'no card number reaches a store, nor so a report').toEqual([]);
    const second = await importFiles(deps, { ...job, run: 'run_2' });
    expect(second).toEqual({
      records: { read: 28_094, used: 0, duplicate: 28_094, refused: 0, open: 0 },
      activities: { accepted: {}, byEvidence: {}, refused: {}, held: {} },
      reductionMilligrams: '0',
    });
    expect(deps.posted.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
  });

  const oneFile = {
    ...{ run: 'run_1', source: 'shenzhen-taps', programme: 'shenzhen-pilot' },
    files: ['shenzhen-card-taps/szt_14_14.csv.gz'],
  };
  let sorted: Promise<IntakeCounts> | undefined;

  it.each([
    { order: 'as they lie in the file', arrange: (records: readonly RawRecord[]) => records },
    { order: 'shuffled', arrange: (records: readonly RawRecord[]) => shuffled(records) },
  ])('takes the Shenzhen taps to the same figures $order', async ({ arrange }) => {
    const counts = await importFiles(intakeFixture(), oneFile, arrange);
    expect(counts.records).toEqual({ read: 22_157, used: 16_586, duplicate: 0, refused: 26, open: 5_545 });
    expect(counts.activities.byEvidence).toMatchObject({ inferred: 5_293 });
    expect(counts).toEqual(await (sorted ??= importFiles(intakeFixture(), oneFile)));
  });

  it('undoes the Shenzhen taps, and takes them again to the same figures', async () => {
    const deps = intakeFixture();
    const job = {
      source: 'shenzhen-taps',
      programme: 'shenzhen-pilot',
      files: ['shenzhen-card-taps/szt_10k.csv.gz', 'shenzhen-card-taps/szt_14_14.csv.gz'],
    };
    const first = await importFiles(deps, { ...job, run: 'run_1' });
    expect(first.reductionMilligrams).toBe('3849782354');
    await finishRun(deps.store, 'run_1', deps.clock.now());
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run: 'run_1', by: 'x', reason: 'the wrong file' }));
    const { reversal, counts } = await undoSteps(deps, 'run_1', 1_000);
    expect(reversal).toMatchObject({
      records: 16_570,
      milligrams: '3849782354',
      ended: 10_867,
      withdrawn: 0,
      restored: 0,
    });
    expect(counts.records).toEqual({ read: 28_094, used: 16_929, duplicate: 0, refused: 298 + 10_867, open: 0 });
    expect(netOf(deps.posted)).toEqual([]);
    expect(await deps.store.approximateCount(openJourneys)).toBe(0);
    expect(await deps.store.approximateCount(seenRecords)).toBe(0);
    const second = await importFiles(deps, { ...job, run: 'run_2' });
    expect(second).toEqual(first);
    expect(second.activities.byEvidence).toEqual({ measured: 305, inferred: 5_340, default: 10_925 });
  });

  it.each([
    {
      source: 'mobike-orders',
      programme: 'shanghai-pilot',
      files: ['mobike-shanghai-2016/orders.csv.gz'],
      used: 59_321,
      refused: 117,
      milligrams: '4237225107',
    },
    {
      source: 'step-days',
      programme: 'open-demo',
      files: ['fitbit-daily-activity/daily_activity.csv.gz'],
      used: 862,
      refused: 78,
      milligrams: '242862200',
    },
    {
      source: 'ev-sessions',
      programme: 'open-demo',
      files: ['ev-charging/us_workplace_sessions.csv.gz'],
      used: 3_330,
      refused: 65,
      milligrams: '7857691132',
    },
    {
      source: 'gps-track',
      programme: 'open-demo',
      files: ['nl-open-geodata-2024/Utrecht1.csv.gz', 'nl-open-geodata-2024/Utrecht4.csv.gz'],
      used: 187_793,
      refused: 569,
      milligrams: '8655090',
    },
  ])('accounts for every record of $source', async (job) => {
    const counts = await importFiles(intakeFixture(), { ...job, run: 'run_1' });
    const { read, used, duplicate, refused, open } = counts.records;
    expect(read).toBe(used + duplicate + refused + open);
    expect({ used, refused, milligrams: counts.reductionMilligrams }).toEqual({
      used: job.used,
      refused: job.refused,
      milligrams: job.milligrams,
    });
  });
});
