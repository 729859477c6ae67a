import { afterEach, describe, expect, it } from 'vitest';
import { language } from './language.ts';
import { wordsOf } from './words.ts';

const modules = import.meta.glob<Readonly<Record<string, unknown>>>(
  ['../**/texts.ts', '../**/*-texts.ts', '../shared/parties.ts'],
  { eager: true },
);
const tables = Object.entries(modules)
  .flatMap(([file, module]) => Object.entries(module).map(([name, table]) => ({ file, name, table })))
  .filter(({ name }) => name.endsWith('Texts')) as {
  file: string;
  name: string;
  table: Readonly<Record<string, readonly [string, string]>>;
}[];

afterEach(() => {
  language.value = 'zh-CN';
});

describe('texts of the faces', () => {
  it.each(tables)('$name has every text in both languages, with the same places, in order of its keys', ({ table }) => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    const keys = Object.keys(table);
    expect(keys).toEqual([...keys].sort());
    for (const [key, [chinese, english]] of Object.entries(table)) {
      expect(chinese.trim(), key).not.toBe('');
      expect(english.trim(), key).not.toBe('');
      expect(places(english), key).toEqual(places(chinese));
    }
  });

  it('finds the tables at all', () => {
    expect(tables.length).toBeGreaterThanOrEqual(6);
  });

  it('fills places and chooses the English number', () => {
    const say = wordsOf({ trips: ['{n} 段行程', '{n} trip|{n} trips'], hello: ['你好', 'Hello'] });
    expect(say('trips', { n: 1 })).toBe('1 段行程');
    language.value = 'en';
    expect([say('trips', { n: 1 }), say('trips', { n: 3 }), say('hello')]).toEqual(['1 trip', '3 trips', 'Hello']);
  });
});
