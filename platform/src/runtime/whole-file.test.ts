import { spawn } from 'node:child_process';
import type * as fs from 'node:fs';
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeWholeFile } from './whole-file.ts';

vi.mock('node:fs', async (importOriginal) => {
  const own = await importOriginal<typeof fs>();
  return { ...own, linkSync: vi.fn(own.linkSync) };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhui-whole-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a file that is made whole', () => {
  it('is its owner’s alone, and leaves nothing beside it', () => {
    const path = join(folder, 'keys.json');
    makeWholeFile(path, 'text');
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('stays as the first one made it', () => {
    const path = join(folder, 'keys.json');
    makeWholeFile(path, 'first');
    makeWholeFile(path, 'second');
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is made once, and its owner’s alone, where a file has one name only', () => {
    const path = join(folder, 'keys.json');
    for (const text of ['first', 'second']) {
      vi.mocked(linkSync).mockImplementationOnce(() => {
        throw Object.assign(new Error('no links here'), { code: 'EPERM' });
      });
      makeWholeFile(path, text);
    }
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is not made where its name cannot be given, and that is told', () => {
    vi.mocked(linkSync).mockImplementationOnce(() => {
      throw Object.assign(new Error('a disk went away'), { code: 'EIO' });
    });
    expect(() => {
      makeWholeFile(join(folder, 'keys.json'), 'text');
    }).toThrow('a disk went away');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is never seen half there by somebody who looks all the time', async () => {
    const path = join(folder, 'keys.json');
    const program = `
      import { existsSync, readFileSync } from 'node:fs';
      console.log('looks');
      while (!existsSync(${JSON.stringify(path)}));
      console.log(readFileSync(${JSON.stringify(path)}).length);`;
    const reader = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const lines = createInterface(reader.stdout)[Symbol.asyncIterator]();
    expect(await lines.next()).toMatchObject({ value: 'looks' });
    // So long that whoever wrote it under its name would be met at it.
    const length = 30_000_000;
    makeWholeFile(path, 'x'.repeat(length));
    expect(await lines.next()).toMatchObject({ value: String(length) });
  });
});
