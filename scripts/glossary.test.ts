import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folders = ['sdk/src', 'chaincode/src', 'platform/src'];

const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })),
);

const glossary = readFileSync('docs/glossary.md', 'utf8');
const rows = [...glossary.matchAll(/^\| (?!code|---)([^|]+) \| ([^|]+) \| [^|]+ \|$/gm)].map(
  ([, code = '', chinese = '']) => ({
    codes: code.split(', '),
    terms: chinese.split(', '),
  }),
);

/** The Chinese word that opens the docstring of a type is a domain noun; what follows it (`支付指令 with its life`) is not part of it. */
function glossesIn(text: string): string[] {
  const docstring =
    /\/\*\*\s+(?:\*\s+)?(\p{Script=Han}+)(?:(?!\*\/)[\s\S])*\*\/\n(?:export )?(?:interface|type|class) /gu;
  return [...text.matchAll(docstring)].map(([, gloss = '']) => gloss);
}

describe('glossary', () => {
  it('has rows to hold the code to', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it('explains every word that opens the docstring of a type', () => {
    const known = new Set(rows.flatMap(({ terms }) => terms));
    const unknown = sources.flatMap(({ name, text }) =>
      glossesIn(text)
        .filter((gloss) => !known.has(gloss))
        .map((gloss) => `${name}: ${gloss}`),
    );
    expect(unknown).toEqual([]);
  });

  it('lists only words that the code uses', () => {
    const code = sources.map(({ text }) => text).join('\n');
    const unused = rows
      .flatMap(({ codes }) => codes)
      .filter((word) => !new RegExp(word.split(' ').join('[- ]?'), 'i').test(code));
    expect(unused).toEqual([]);
  });

  it('gives each Chinese word one meaning', () => {
    const terms = rows.flatMap(({ terms: each }) => each);
    expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
  });
});
