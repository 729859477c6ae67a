import { language } from './language.ts';

/** One text of a face: zh-CN first. `{name}` is a place; `one|other` in English chooses by the place `{n}`. */
export type Words = readonly [chinese: string, english: string];
export type WordTable = Readonly<Record<string, Words>>;

type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type Filling<Pair extends Words> = [Places<Pair[0]>] extends [never]
  ? []
  : [Readonly<Record<Places<Pair[0]>, string | number>>];

/** Gives the texts of a table in the person's language, each with its places filled; a missing key or place is a type error. */
export function wordsOf<const Table extends WordTable>(table: Table) {
  return <Key extends keyof Table & string>(key: Key, ...[places]: Filling<Table[Key]>): string => {
    const [chinese, english] = table[key] as Words;
    return fill(language.value === 'en' ? numbered(english, places) : chinese, places);
  };
}

type Given = Readonly<Record<string, string | number>> | undefined;

function numbered(english: string, places: Given): string {
  const [one = english, other = one] = english.split('|');
  return String(places?.['n']) === '1' ? one : other;
}

function fill(text: string, places: Given): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(places?.[name] ?? ''));
}
