import { expect, test } from 'vitest';
import { recordsOf, textOf } from './records-file.ts';

test('records of a CSV carry the line they stand on in the file', () => {
  expect(recordsOf('a.csv', '\uFEFFaccount,from\r\nA,"五四, 广场"\r\n\r\nB,北站\r\n')).toEqual([
    { line: 2, fields: { account: 'A', from: '五四, 广场' } },
    { line: 4, fields: { account: 'B', from: '北站' } },
  ]);
});

test('a quote that never ends is told with its line and nothing is sent', () => {
  expect(recordsOf('a.csv', 'a,b\n1,2\n"3,4\n')).toMatchObject({ line: 3 });
});

test('NDJSON keeps its lines; one that is no object goes to be refused by its line', () => {
  expect(recordsOf('a.ndjson', '{"a":1}\n\nnot json\n')).toEqual([
    { line: 1, fields: { a: '1' } },
    { line: 3, fields: { unreadable: 'not json' } },
  ]);
});

test('GB18030 is read where the bytes are no UTF-8', () => {
  const bytes = new Uint8Array([0xce, 0xe5, 0xcb, 0xc4]);
  expect(textOf(bytes.buffer)).toBe('五四');
  expect(textOf(new TextEncoder().encode('五四').buffer)).toBe('五四');
});
