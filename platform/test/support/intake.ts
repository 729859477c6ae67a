import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { activate } from '@tanhui/green-travel';
import type { OpenTransfer } from '../../src/accounts/index.ts';
import { activities, claims, dayBooks, globalSourceKeys, refusalsKept } from '../../src/activities/index.ts';
import { batches, carbonRecords, programmeDays } from '../../src/carbon/index.ts';
import { accountDocuments, citizenDocuments, suppressions } from '../../src/identity/index.ts';
import type { IntakeDeps, Leg, Quantifier } from '../../src/intake/index.ts';
import { createTurns, earlierJourneys, openJourneys, runs, runTraces, seenRecords } from '../../src/intake/index.ts';
import type { Clock, Log, Random } from '../../src/kernel/index.ts';
import { createStepTimes } from '../../src/kernel/index.ts';
import type { MethodologyCatalogue } from '../../src/methodologies/index.ts';
import { loadCatalogue } from '../../src/methodologies/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';

export const intakeCollections = [
  activities,
  claims,
  dayBooks,
  globalSourceKeys,
  refusalsKept,
  batches,
  carbonRecords,
  programmeDays,
  accountDocuments,
  citizenDocuments,
  suppressions,
  earlierJourneys,
  openJourneys,
  runs,
  runTraces,
  seenRecords,
];

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLog };

/** The same bytes for the same seed, so that a run can be repeated. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  return {
    bytes(count) {
      const bytes = Buffer.alloc(count);
      for (let at = 0; at < count; at += 32) {
        counter += 1;
        createHash('sha256')
          .update(`${seed}/${String(counter)}`)
          .digest()
          .copy(bytes, at);
      }
      return bytes;
    },
  };
}

export function quantifierOf(catalogue: MethodologyCatalogue): Quantifier {
  return {
    quantify: (subject) => catalogue.quantify(subject),
    methodologyOf: (reference) => catalogue.methodology(reference).reference,
    districtOf: (programme) => catalogue.programme(programme)?.region ?? '000000',
  };
}

const nothingRead: OpenTransfer['standing'] = {
  cover: () => Promise.resolve(),
  at: () => undefined,
  change: () => undefined,
  write: () => undefined,
};

/** An intake on its own: a store in memory and a poster that keeps its legs. */
export function intakeFixture(
  options: { readonly store?: DocumentStore; readonly now?: number } = {},
): IntakeDeps & { readonly posted: Leg[] } {
  const posted: Leg[] = [];
  const manifest = JSON.parse(
    readFileSync(new URL('../../../plugins/green-travel/plugin.json', import.meta.url), 'utf8'),
  ) as never;
  const clock: Clock = { now: () => options.now ?? Date.UTC(2026, 10, 24, 4) };
  return {
    posted,
    clock,
    log: silentLog,
    steps: createStepTimes(() => 0),
    turns: createTurns(2),
    random: seededRandom('intake'),
    keys: { pseudonym: Buffer.alloc(32, 1), suppression: Buffer.alloc(32, 2) },
    store: options.store ?? createSqliteStore({ path: ':memory:', collections: intakeCollections }),
    plugins: createPluginRegistry([{ manifest, activate }]),
    quantifier: quantifierOf(loadCatalogue({ mode: 'demo' })),
    poster: {
      open: (_tx, { id }) => Promise.resolve({ id, posted: undefined, standing: nothingRead }),
      post: (_tx, { legs }) => {
        posted.push(...legs);
        return Promise.resolve();
      },
    },
  };
}
