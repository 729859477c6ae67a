import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHardener, oneAtATime } from './hardening.ts';

/** An act that ends when it is told to. */
function setUp() {
  const open: { readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  let begun = 0;
  const act = oneAtATime(() => {
    begun += 1;
    return new Promise<void>((end, fail) => open.push({ end, fail }));
  });
  const settled = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { act, open, begun: () => begun, settled };
}

it('lets everybody who asks while one runs share the next one', async () => {
  const { act, open, begun, settled } = setUp();
  const log: string[] = [];
  const ask = (name: string): void => void act().then(() => log.push(name));
  ask('a');
  ask('b');
  ask('c');
  expect(begun()).toBe(1);
  open[0]?.end();
  await settled();
  expect([log, begun()]).toEqual([['a'], 2]);
  ask('d');
  open[1]?.end();
  await settled();
  expect([log, begun()]).toEqual([['a', 'b', 'c'], 3]);
  open[2]?.end();
  await settled();
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

it('is not tried again after it failed', async () => {
  const { act, open, begun } = setUp();
  const [first, second] = [act(), act()];
  open[0]?.fail(new Error('disk'));
  await expect(first).rejects.toThrow('disk');
  await expect(second).rejects.toThrow('disk');
  await expect(act()).rejects.toThrow('disk');
  expect(begun()).toBe(1);
});

it('is sound until a sync fails, and never again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-log-'));
  const log = join(folder, 'log');
  writeFileSync(log, 'frames');
  const [well, badly] = [createHardener(log), createHardener(join(folder, 'absent'))];
  await well.harden();
  await expect(badly.harden()).rejects.toThrow('ENOENT');
  writeFileSync(join(folder, 'absent'), 'too late');
  await expect(badly.harden()).rejects.toThrow('ENOENT');
  expect([well.isSound, badly.isSound]).toEqual([true, false]);
  await Promise.all([well.close(), badly.close()]);
  rmSync(folder, { recursive: true });
});
