import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const dist = join(import.meta.dirname, '..', 'dist');

/** Bytes over the wire, compressed, of everything that a face's document names: what a phone fetches before its first look. */
function firstLoadBytes(face: string): number {
  const html = readFileSync(join(dist, `${face}.html`), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="[.]\/(assets\/[^"]+)"/g)].map(([, file = '']) => file);
  expect(files.length, 'a document names its script').toBeGreaterThan(0);
  return [html, ...files.map((file) => readFileSync(join(dist, file)))].reduce(
    (sum, content) => sum + gzipSync(content).length,
    0,
  );
}

for (const [face, budgetKilobytes] of [
  ['index', 60],
  ['citizen', 68],
  ['agency', 77],
  ['partner', 68],
] as const)
  test(`the first load of ${face} stays within ${String(budgetKilobytes)} kB`, () => {
    const bytes = firstLoadBytes(face);
    test.info().annotations.push({ type: 'bytes', description: String(bytes) });
    expect(bytes).toBeLessThanOrEqual(budgetKilobytes * 1_000);
  });
