import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { memorySite, sqliteSite } from '../../../test/support/stores.ts';
import { things } from '../contract/site.ts';
import { describeStorage } from '../contract/storage.contract.ts';
import { lockFile } from './lock.ts';
import { busyTimeoutMs } from './log.ts';
import { createSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-backup-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const onFile = { name: 'node:sqlite', site: sqliteSite, sequences: 60 };
describeStorage(onFile, { isLasting: true });
describeStorage({ name: 'node:sqlite in memory', site: memorySite, sequences: 60 }, { isLasting: false });

it.each([{ isThreaded: true }, { isThreaded: false }])(
  'leaves nothing in its files of what was overwritten or removed, while it goes on ($isThreaded)',
  async ({ isThreaded }) => {
    const path = join(folder, `scrubbed-${String(isThreaded)}.db`);
    const store = createSqliteStore({ path, collections: [things], isThreaded });
    const secret = (at: number): string => `secret-${String(at)}-of-a-person`;
    const documents = Array.from({ length: 300 }, (_, at) => ({
      key: `k${String(at)}`,
      value: { day: '2026-01-01', note: secret(at) },
    }));
    await store.unitOfWork((tx) => tx.insertMany(things, documents));
    const blank = documents.map(({ key }) => ({ key, version: 1, value: { day: '2026-01-01', note: 'x' } }));
    await store.unitOfWork((tx) => tx.replaceMany(things, blank.slice(0, 200)));
    const others = documents.slice(100).map(({ key }) => key);
    await store.unitOfWork((tx) => tx.removeMany(things, others));
    const writing = Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        store.unitOfWork((tx) => tx.insertMany(things, [{ key: `new${String(at)}`, value: { day: '2026-01-02' } }])),
      ),
    );
    await Promise.all([store.scrub(), store.scrub(), writing]);
    const reading = new DatabaseSync(path, { readOnly: true });
    await backup(reading, `${path}.copy`);
    reading.close();
    for (const file of [path, `${path}-wal`, `${path}.copy`]) {
      const bytes = readFileSync(file);
      expect(
        documents.filter((_, at) => bytes.includes(secret(at))),
        file,
      ).toEqual([]);
    }
    await store.close();
  },
);

it('waits for a reader with what it clears away, and lets nobody wait who writes', async () => {
  const path = join(folder, 'read.db');
  const store = createSqliteStore({ path, collections: [things], isThreaded: true });
  const write = (key: string) =>
    store.unitOfWork((tx) => tx.insertMany(things, [{ key, value: { day: '2026-01-01' } }]));
  await write('before');
  const reader = new DatabaseSync(path);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM things').get();
  await write('after');
  let isDone = false;
  const scrubbed = store.scrub().then(() => (isDone = true));
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 20 }, (_, at) => write(`while-${String(at)}`)));
  expect(performance.now() - startedAt).toBeLessThan(busyTimeoutMs / 2);
  expect(isDone).toBe(false);
  reader.close();
  await scrubbed;
  expect(statSync(`${path}-wal`).size).toBe(0);
  await store.close();
});

it('is held by one process at a time, and taken over from one that is gone', async () => {
  const path = join(folder, 'locked.db');
  const store = createSqliteStore({ path, collections: [things] });
  expect(() => createSqliteStore({ path, collections: [things] })).toThrow('STORAGE_LOCKED');
  await store.close();
  await createSqliteStore({ path, collections: [things] }).close();
});

it('lets one of many in that find the process gone whose lock it was', async () => {
  const path = join(folder, 'raced.db.lock');
  const lock = new URL('./lock.ts', import.meta.url).href;
  const script = `import { lockFile } from ${JSON.stringify(lock)};
    try { lockFile(${JSON.stringify(path)}); console.log('held'); setTimeout(() => {}, 60_000); } catch { console.log('refused'); }`;
  // A lock of the earlier kind, left by a process that nobody has.
  writeFileSync(path, '4194304');
  const starters = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--conditions=tanhui-source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const gone = starters.map((starter) => once(starter, 'exit'));
  const said = await Promise.all(starters.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
  expect(said.sort()).toEqual(['held', 'refused', 'refused', 'refused']);
  expect(() => lockFile(path)).toThrow('STORAGE_LOCKED');
  for (const starter of starters) starter.kill('SIGKILL');
  await Promise.all(gone);
  lockFile(path)();
});

it('takes a lock of the earlier kind over that names this very process, and none of one that runs', () => {
  const path = join(folder, 'earlier.db.lock');
  writeFileSync(path, String(process.ppid));
  expect(() => lockFile(path)).toThrow('STORAGE_LOCKED');
  writeFileSync(path, String(process.pid));
  lockFile(path)();
});
