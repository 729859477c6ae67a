import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

const conditions = ['tanhui-source', 'module', 'node', 'development|production'];

/** Files that take ten seconds and more, the longest first: they begin first, or the suite would end with one of them while nothing else runs. */
const longest = [
  'scripts/guides.test.ts',
  'platform/test/journeys/two-servers.test.ts',
  'platform/test/journeys/real-data.test.ts',
  'platform/test/journeys/server-on-mongodb.test.ts',
  'platform/src/storage/mongo/mongo-store.test.ts',
  'platform/test/journeys/process.test.ts',
  'platform/test/journeys/command-line.test.ts',
  'platform/src/storage/sqlite/sqlite-store.test.ts',
  'platform/test/simulation/money.test.ts',
  'platform/test/journeys/full-disk.test.ts',
  'platform/test/journeys/kill.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{sdk,platform,plugins/*,chaincode,web,scripts}/{src,test}/**/*.test.ts', 'scripts/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'web/e2e/**'],
    setupFiles: ['./scripts/vitest-setup.ts'],
    env: { TZ: 'Asia/Shanghai' },
    // Whatever waits has one patience, long enough for a machine ten times as slow: a bound of time that a test is about stands in the test.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    pool: 'forks',
    // One more than the cores of a small machine: the longest files wait for processes, clocks and disks.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
  },
});
