import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from './reference/page.ts';
import { folder } from './reference/page.ts';
import { referencePages } from './reference/pages.ts';

let pages: readonly Page[];

beforeAll(async () => {
  pages = await referencePages();
});

describe('docs/reference', () => {
  it('is what the code says; after a change: npm run reference', () => {
    const stale = pages.filter(({ name, text }) => !existsSync(name) || readFileSync(name, 'utf8') !== text);
    expect(
      stale.map(({ name }) => name),
      'run: npm run reference',
    ).toEqual([]);
  });

  it('holds nothing else', () => {
    const written = pages.filter(({ name }) => dirname(name) === folder).map(({ name }) => basename(name));
    expect(readdirSync(folder).toSorted()).toEqual(written.toSorted());
  });
});
