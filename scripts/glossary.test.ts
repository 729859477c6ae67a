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

/**
 * The Chinese word that opens the docstring of a type, of an exported constant, or of what makes a thing is a domain noun; what follows it (`支付指令 with its life`) is
 * not part of it.
 */
function glossesIn(text: string): string[] {
  const docstring = /\/\*\*\s+(?:\*\s+)?(?<gloss>\p{Script=Han}+)(?:(?!\*\/)[\s\S])*\*\/\n(?<declared>[^\n]*)/gu;
  const noun =
    /^(?:export )?(?:interface|type|(?:abstract )?class) |^export const |^export (?:async )?function create[A-Z]/;
  return [...text.matchAll(docstring)].flatMap(({ groups }) =>
    noun.test(groups?.['declared'] ?? '') ? [groups?.['gloss'] ?? ''] : [],
  );
}

/** What a module keeps is a domain noun, whatever its docstring says. */
function collectionsIn(text: string): string[] {
  return [...text.matchAll(/^export const (\w+): Collection</gm)].map(([, name = '']) => name);
}

/** `carbonRecords`, `CARBON_RECORD`, `Carbon record`: the same words, each in the singular, with a blank around each. */
function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return ` ${words.map((word) => singular(word.toLowerCase())).join(' ')} `;
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ch|sh|ss|x)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

/** Names and values of the code; what stands in comments and sentences is none. */
function namesIn(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
  const sentences = /`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g;
  const values = [...code.matchAll(/'([A-Za-z-]+)'/g)].map(([, value = '']) => value);
  return [...code.replaceAll(sentences, '').matchAll(/[A-Za-z]\w*/g)].map(([name]) => name).concat(values);
}

/** What people read: the pages, and what the plugins call things. */
function faces(): string[] {
  return ['web/src', 'plugins/green-travel'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|vue|json)$/.test(name) && !/node_modules|dist\/|\.test\.ts$/.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
}

const codes = rows.flatMap(({ codes: each }) => each);
const terms = rows.flatMap(({ terms: each }) => each);

describe('glossary', () => {
  it('has rows, nouns and collections to hold to each other', () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(sources.flatMap(({ text }) => glossesIn(text)).length).toBeGreaterThan(80);
    expect(sources.flatMap(({ text }) => collectionsIn(text)).length).toBeGreaterThan(40);
  });

  it('explains every word that opens the docstring of a domain noun', () => {
    const known = new Set(terms);
    const unknown = sources.flatMap(({ name, text }) =>
      glossesIn(text)
        .filter((gloss) => !known.has(gloss))
        .map((gloss) => `${name}: ${gloss}`),
    );
    expect(unknown).toEqual([]);
  });

  it('explains what every collection holds', () => {
    const known = codes.map(wordsOf);
    const unknown = sources
      .filter(({ name }) => !name.includes('/contract/'))
      .flatMap(({ name, text }) =>
        collectionsIn(text)
          .filter((collection) => !known.some((word) => wordsOf(collection).includes(word)))
          .map((collection) => `${name}: ${collection}`),
      );
    expect(unknown).toEqual([]);
  });

  it('lists only words that name something in the code', () => {
    const names = [...new Set(sources.flatMap(({ text }) => namesIn(text)).map(wordsOf))].join('|');
    expect(codes.filter((word) => !names.includes(wordsOf(word)))).toEqual([]);
  });

  it('has the Chinese words that people and readers of the code meet', () => {
    const met = [...sources.map(({ text }) => text), ...faces()].join('\n');
    expect(terms.filter((term) => !met.includes(term))).toEqual([]);
  });

  it('gives each word one meaning', () => {
    for (const words of [codes, terms]) expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });
});
