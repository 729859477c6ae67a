import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { behaviours } from '../../src/ledger/conformance/ledger.contract.ts';

const page = new URL('../../../docs/spec/ledger-conformance.md', import.meta.url);

it('the page on ledger conformance names each behaviour with the file that asserts it', () => {
  const rows = [...readFileSync(page, 'utf8').matchAll(/^\| (\d+) \| (.+?) \| \[.+?\]\((.+?)\) \|$/gm)];
  expect(rows.map(([, number, title]) => `${String(number)} ${String(title)}`)).toEqual(
    behaviours.map(({ number, title }) => `${String(number)} ${title}`),
  );
  for (const [, , title, file] of rows) {
    const url = new URL(file ?? '', page);
    expect(existsSync(url) && readFileSync(url, 'utf8').includes(`'${String(title)}'`), title).toBe(true);
  }
});
