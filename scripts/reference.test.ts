import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from './reference/page.ts';
import { folder, referencePages } from './reference/pages.ts';

let pages: readonly Page[];

beforeAll(async () => {
  pages = await referencePages();
});

describe('docs/reference', () => {
  it('is what the code says; after a change: npm run reference', () => {
    const stale = pages.filter(({ name, text }) => {
      const path = join(folder, name);
      return !existsSync(path) || readFileSync(path, 'utf8') !== text;
    });
    expect(
      stale.map(({ name }) => name),
      'run: npm run reference',
    ).toEqual([]);
  });

  it('holds nothing else', () => {
    expect(readdirSync(folder).toSorted()).toEqual(pages.map(({ name }) => name).toSorted());
  });
});
