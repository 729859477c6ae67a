import { expect, test } from 'vitest';
import type { Column } from './table.ts';
import { fileRows, matching, nextOrder, ordered } from './table.ts';

interface Row {
  readonly name: string;
  readonly milligrams: string;
}
const columns: readonly Column<Row>[] = [
  { key: 'name', title: 'Name', text: ({ name }) => name },
  {
    key: 'grams',
    title: 'Grams',
    text: ({ milligrams }) => `${milligrams.slice(0, -3)} g`,
    order: ({ milligrams }) => BigInt(milligrams),
    exact: { title: 'milligrams', value: ({ milligrams }) => milligrams },
  },
];
const rows = [
  { name: 'Wusi Square', milligrams: '9400' },
  { name: 'Qingdao North', milligrams: '10200' },
];

test('amounts are ordered as amounts, not as text', () => {
  expect(ordered(rows, columns, { key: 'grams', isDescending: false }).map(({ milligrams }) => milligrams)).toEqual([
    '9400',
    '10200',
  ]);
  expect(ordered(rows, columns, { key: 'grams', isDescending: true })[0]?.milligrams).toBe('10200');
});

test('every word that was typed must occur', () => {
  expect(matching(rows, columns, 'north 10')).toEqual([rows[1]]);
  expect(matching(rows, columns, 'north 9')).toEqual([]);
  expect(matching(rows, columns, '  ')).toBe(rows);
});

test('the third press gives the list as it came', () => {
  const once = nextOrder(undefined, 'name');
  const twice = nextOrder(once, 'name');
  expect([once, twice, nextOrder(twice, 'name')]).toEqual([
    { key: 'name', isDescending: false },
    { key: 'name', isDescending: true },
    undefined,
  ]);
});

test('a file holds the exact amount under its unit', () => {
  expect(fileRows(rows, columns)).toEqual([
    ['Name', 'milligrams'],
    ['Wusi Square', '9400'],
    ['Qingdao North', '10200'],
  ]);
});
