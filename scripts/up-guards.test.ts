import { spawn } from 'node:child_process';
import type * as fs from 'node:fs';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';

/** What stood in the folder at each look, and what happens just before one: between the steps of a starter anything may. */
const looks = vi.hoisted(() => ({ seen: [] as string[][], before: () => undefined }));
vi.mock(import('node:fs'), async (original) => {
  const whole = await original();
  const readdirSync = (folder: string): string[] => {
    looks.before();
    const entries = whole.readdirSync(folder);
    looks.seen.push(entries);
    return entries;
  };
  return { ...whole, readdirSync: readdirSync as typeof whole.readdirSync };
});
const { readdirSync } = await vi.importActual<typeof fs>('node:fs');

const guards = new URL('./up-guards.mjs', import.meta.url);
const { lockClone } = (await import(guards.href)) as {
  readonly lockClone: (folder: string) => Promise<(() => void) | undefined>;
};

const [folder, elsewhere] = [
  mkdtempSync(join(tmpdir(), 'tanhui-guard-')),
  mkdtempSync(join(tmpdir(), 'tanhui-guard-')),
];
const source = `import { lockClone } from ${JSON.stringify(guards.href)};
  await lockClone(${JSON.stringify(elsewhere)});
  setInterval(() => undefined, 1_000);`;
/** Another starter, which runs. */
const other = spawn(process.execPath, ['--input-type=module', '--eval', source]);

beforeEach(() => {
  Object.assign(looks, { seen: [], before: () => undefined });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterAll(() => {
  other.kill('SIGKILL');
  for (const made of [folder, elsewhere]) if (existsSync(made)) rmSync(made, { recursive: true });
});

it('has its entry in place whenever it looks for others', async () => {
  const release = await lockClone(folder);
  expect(release).toBeTypeOf('function');
  expect(looks.seen).toEqual([[expect.stringMatching(`^${String(process.pid)}-`)]]);
  release?.();
  expect(readdirSync(folder)).toEqual([]);
});

it('stands back for one that comes between its entry and its look, and leaves no entry behind', async () => {
  await expect.poll(() => readdirSync(elsewhere)).toHaveLength(1);
  const [entry = ''] = readdirSync(elsewhere);
  looks.before = () => {
    writeFileSync(join(folder, entry), '');
  };
  expect(await lockClone(folder)).toBeUndefined();
  expect(looks.seen.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2]);
  expect(readdirSync(folder)).toEqual([entry]);
});
