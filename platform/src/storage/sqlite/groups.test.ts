import { expect, it } from 'vitest';
import { StorageConflict } from '../port.ts';
import { createCommitGroups } from './groups.ts';
import type { CommitGroups } from './groups.ts';

/** A connection that notes what it was asked, and hardens its commits when it is told to. */
function setUp(hardening?: PromiseWithResolvers<undefined>) {
  const log: string[] = [];
  let writes = 0;
  const groups = createCommitGroups({
    begin: () => note('begin'),
    commit: () => note('commit'),
    harden: async () => {
      await hardening?.promise;
    },
    rollback: () => note('rollback'),
    writes: () => writes,
  });
  async function note(what: string): Promise<void> {
    await Promise.resolve();
    log.push(what);
  }
  const write = (what: string, documents = 1): Promise<void> => {
    writes += documents;
    return note(what);
  };
  const answered = async (name: string, unit: Promise<unknown>): Promise<string> => {
    const outcome = await unit.then(
      () => 'done',
      (error: unknown) => (error as Error).message,
    );
    log.push(`${name}: ${outcome}`);
    return outcome;
  };
  return { groups, log, write, answered };
}

function unit(groups: CommitGroups, work: () => Promise<unknown>): Promise<unknown> {
  return groups.run(async () => ({ value: await work(), deferred: Promise.resolve() }));
}

it('lets units that wait share a commit, and answers none of them before it', async () => {
  const { groups, log, write, answered } = setUp();
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      answered(
        name,
        unit(groups, () => write(name)),
      ),
    ),
  );
  expect(log).toEqual(['begin', 'a', 'b', 'c', 'commit', 'a: done', 'b: done', 'c: done']);
});

it('answers nobody before the commit is durable, and goes on with the next group meanwhile', async () => {
  const hardening = Promise.withResolvers<undefined>();
  const { groups, log, write, answered } = setUp(hardening);
  const first = answered(
    'a',
    unit(groups, () => write('a')),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const second = answered(
    'b',
    unit(groups, () => write('b')),
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(log).toEqual(['begin', 'a', 'commit', 'begin', 'b', 'commit']);
  hardening.resolve(undefined);
  await Promise.all([first, second]);
  expect(log.slice(6)).toEqual(['a: done', 'b: done']);
});

it('answers everybody that a commit could not be made durable', async () => {
  const hardening = Promise.withResolvers<undefined>();
  const { groups, write, answered } = setUp(hardening);
  const units = ['a', 'b'].map((name) =>
    answered(
      name,
      unit(groups, () => write(name)),
    ),
  );
  hardening.reject(new Error('disk'));
  expect(await Promise.all(units)).toEqual(['disk', 'disk']);
});

it.each([
  ['thirty-two units', 1, 3],
  ['eight thousand documents', 2_000, 20],
])('holds no more than %s to a commit', async (_, documents, commits) => {
  const { groups, log, write } = setUp();
  await Promise.all(Array.from({ length: 80 }, (__, at) => unit(groups, () => write(at.toString(), documents))));
  expect(log.filter((what) => what === 'commit')).toHaveLength(commits);
});

it('takes the whole group back when one fails after it wrote, and runs the others again without it', async () => {
  const { groups, log, write, answered } = setUp();
  const failing = async (): Promise<void> => {
    await write('bad');
    throw new Error('no good');
  };
  await Promise.all([
    answered(
      'a',
      unit(groups, () => write('a')),
    ),
    answered('bad', unit(groups, failing)),
    answered(
      'c',
      unit(groups, () => write('c')),
    ),
  ]);
  expect(log.filter((what) => what.includes(': ')).sort()).toEqual(['a: done', 'bad: no good', 'c: done']);
  const asked = log.filter((what) => !what.includes(': '));
  expect(asked.slice(0, 4)).toEqual(['begin', 'a', 'bad', 'rollback']);
  const again = asked.indexOf('bad', 4);
  expect(asked.slice(again - 1, again + 2)).toEqual(['begin', 'bad', 'rollback']);
  for (const name of ['a', 'c']) {
    const written = log.lastIndexOf(name);
    expect(log.indexOf('commit', written), name).toBeLessThan(log.indexOf(`${name}: done`));
    expect(log.indexOf('commit', written)).toBeGreaterThan(written);
  }
});

it('commits once everything that was deferred has settled, and goes on to the next unit meanwhile', async () => {
  const { groups, log, write, answered } = setUp();
  const deferred = Promise.withResolvers<undefined>();
  const first = answered(
    'a',
    groups.run(async () => {
      await write('a');
      return { value: undefined, deferred: deferred.promise };
    }),
  );
  const second = answered(
    'b',
    unit(groups, () => write('b')),
  );
  await new Promise((resolve) => setImmediate(resolve));
  // Asked behind what was deferred, and by then answered behind it.
  expect(log).toEqual(['begin', 'a', 'b', 'commit']);
  deferred.resolve(undefined);
  await Promise.all([first, second]);
  expect(log).toEqual(['begin', 'a', 'b', 'commit', 'a: done', 'b: done']);
});

it('takes the group back when what one deferred fails, and runs the others again without it', async () => {
  const { groups, log, write, answered } = setUp();
  const failing = async () => {
    await write('bad');
    const deferred = Promise.reject(new Error('no good'));
    deferred.catch(() => undefined);
    return { value: undefined, deferred };
  };
  await Promise.all([
    answered('bad', groups.run(failing)),
    answered(
      'c',
      unit(groups, () => write('c')),
    ),
  ]);
  const asked = log.filter((what) => !what.includes(': '));
  const again = ['begin', 'c', 'commit', 'begin', 'bad', 'commit', 'rollback'];
  expect(asked).toEqual(['begin', 'bad', 'c', 'commit', 'rollback', ...again]);
  expect(log.filter((what) => what.includes(': '))).toEqual(['c: done', 'bad: no good']);
});

it('refuses only the one that failed before its first write', async () => {
  const { groups, log, write, answered } = setUp();
  await Promise.all([
    answered(
      'a',
      unit(groups, () => write('a')),
    ),
    answered(
      'bad',
      unit(groups, () => Promise.reject(new Error('no good'))),
    ),
    answered(
      'c',
      unit(groups, () => write('c')),
    ),
  ]);
  expect(log).toEqual(['begin', 'a', 'c', 'commit', 'a: done', 'bad: no good', 'c: done']);
});

it('runs a unit in conflict five times, by itself after the first', async () => {
  const { groups, log, answered } = setUp();
  let tried = 0;
  const conflicting = (): Promise<never> => {
    tried += 1;
    return Promise.reject(new StorageConflict('taken'));
  };
  expect(await answered('x', unit(groups, conflicting))).toBe('taken');
  expect(tried).toBe(5);
  expect(log.filter((what) => what === 'rollback')).toHaveLength(5);
});

it('answers everybody that a commit failed, and goes on', async () => {
  let commits = 0;
  const groups = createCommitGroups({
    begin: () => Promise.resolve(),
    commit: () => ((commits += 1) === 1 ? Promise.reject(new Error('disk')) : Promise.resolve()),
    harden: () => Promise.resolve(),
    rollback: () => Promise.resolve(),
    writes: () => 0,
  });
  const units = [1, 2].map((name) => unit(groups, () => Promise.resolve(name)));
  await expect(units[0]).rejects.toThrow('disk');
  await expect(units[1]).rejects.toThrow('disk');
  expect(await unit(groups, () => Promise.resolve(3))).toBe(3);
});

/** A connection whose commits are answered when the test says so, and which fails from a failure on until it is rolled back. */
function slowCommits({ isEveryRunAWrite = false } = {}) {
  const log: string[] = [];
  const commits: PromiseWithResolvers<undefined>[] = [];
  const groups = createCommitGroups({
    begin: () => Promise.resolve(void log.push('begin')),
    commit: () => {
      log.push('commit');
      const commit = Promise.withResolvers<undefined>();
      commits.push(commit);
      return commit.promise;
    },
    harden: () => Promise.resolve(),
    rollback: () => Promise.resolve(void log.push('rollback')),
    writes: () => (isEveryRunAWrite ? log.length : 0),
  });
  const run = (name: string, work: () => Promise<unknown> = () => Promise.resolve()) =>
    unit(groups, async () => {
      log.push(name);
      await work();
      return name;
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { log, commits, groups, run, settled };
}

it('begins the next group while one is committed, and commits it once that one stands', async () => {
  const { log, commits, run, settled } = slowCommits();
  const first = run('a');
  await settled();
  const second = run('b');
  await settled();
  expect(log).toEqual(['begin', 'a', 'commit', 'begin', 'b']);
  commits[0]?.resolve(undefined);
  expect(await first).toBe('a');
  await settled();
  expect(log).toEqual(['begin', 'a', 'commit', 'begin', 'b', 'commit']);
  commits[1]?.resolve(undefined);
  expect(await second).toBe('b');
});

it('runs again what has begun behind a commit that fails, whatever became of it', async () => {
  const { log, commits, run, settled } = slowCommits();
  const first = expect(run('a')).rejects.toThrow('disk');
  await settled();
  const units = [run('b'), run('c', () => Promise.reject(new Error('read what never was')))];
  const answers = Promise.allSettled(units);
  await settled();
  commits[0]?.reject(new Error('disk'));
  await first;
  await settled();
  expect(log).toEqual(['begin', 'a', 'commit', 'begin', 'b', 'c', 'rollback', 'begin', 'b', 'c', 'commit']);
  commits[1]?.resolve(undefined);
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

it('blames what was written later, not the one that met its failure', async () => {
  const { log, groups, run, settled, commits } = slowCommits({ isEveryRunAWrite: true });
  const bad = groups.run(() => {
    log.push('bad');
    const deferred = Promise.reject(new Error('no good'));
    deferred.catch(() => undefined);
    return Promise.resolve({ value: undefined, deferred });
  });
  const refused = expect(bad).rejects.toThrow('no good');
  let runs = 0;
  const met = run('met', () => ((runs += 1) === 1 ? Promise.reject(new Error('failed before')) : Promise.resolve()));
  await settled();
  expect(log).toEqual(['begin', 'bad', 'met', 'rollback', 'begin', 'met', 'commit', 'begin', 'bad']);
  commits[0]?.resolve(undefined);
  expect(await met).toBe('met');
  await settled();
  commits[1]?.resolve(undefined);
  await refused;
});

it('answers everybody that waits when nothing could begin, and goes on', async () => {
  let begun = 0;
  const groups = createCommitGroups({
    begin: () => ((begun += 1) === 1 ? Promise.reject(new Error('locked')) : Promise.resolve()),
    commit: () => Promise.resolve(),
    harden: () => Promise.resolve(),
    rollback: () => Promise.resolve(),
    writes: () => 0,
  });
  const units = [1, 2].map((name) => unit(groups, () => Promise.resolve(name)));
  await expect(units[0]).rejects.toThrow('locked');
  await expect(units[1]).rejects.toThrow('locked');
  expect(await unit(groups, () => Promise.resolve(3))).toBe(3);
});
