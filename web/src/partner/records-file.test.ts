import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { recordsOf, textOf } from './records-file.ts';

const fileOf = (name: string, content: string | Uint8Array<ArrayBuffer>) => new File([content], name);
const read = (name: string, content: string | Uint8Array<ArrayBuffer>, needed: readonly string[] = []) =>
  recordsOf(fileOf(name, content), needed);

test('records of a CSV carry the line they stand on in the file', async () => {
  expect(await read('a.csv', '\uFEFFaccount,from\r\nA,"五四, 广场"\r\n\r\nB,北站\r\n')).toEqual([
    { line: 2, fields: { account: 'A', from: '五四, 广场' } },
    { line: 4, fields: { account: 'B', from: '北站' } },
  ]);
});

test('a quote that never ends costs its own line, which goes to be refused by its number', async () => {
  expect(await read('a.csv', 'a,b\n1,2\n"3,4\n5,6\n')).toEqual([
    { line: 2, fields: { a: '1', b: '2' } },
    { line: 3, code: 'INTAKE_LINE_UNREADABLE', raw: '"3,4', fields: {} },
    { line: 4, fields: { a: '5', b: '6' } },
  ]);
});

test('NDJSON keeps its lines; one that is no object goes to be refused by its line', async () => {
  expect(await read('a.ndjson', '{"a":1}\n\nnot json\nnull\n')).toEqual([
    { line: 1, fields: { a: '1' } },
    { line: 3, code: 'INTAKE_LINE_UNREADABLE', raw: 'not json', fields: {} },
    { line: 4, code: 'INTAKE_LINE_UNREADABLE', raw: 'null', fields: {} },
  ]);
});

test('numbers of NDJSON are taken as they are written, so that two cards stay two', async () => {
  expect(await read('a.ndjson', '{"card":6222021234567890123}\n{"card":6222021234567890377}\n')).toEqual([
    { line: 1, fields: { card: '6222021234567890123' } },
    { line: 2, fields: { card: '6222021234567890377' } },
  ]);
});

test('a gzipped file is inflated, whatever its name; one that is cut off is told so', async () => {
  const bytes = new Uint8Array(gzipSync('a,b\n1,2\n'));
  for (const name of ['a.csv.gz', 'a.csv'])
    expect(await read(name, bytes)).toEqual([{ line: 2, fields: { a: '1', b: '2' } }]);
  expect(await read('a.csv.gz', bytes.slice(0, 12))).toEqual({ trouble: 'damaged' });
});

test('a file without a column of its source, or without a header, is not sent', async () => {
  expect(await read('a.csv', 'a,b\n1,2\n', ['a', 'trip_id'])).toEqual({ trouble: 'column', field: 'trip_id' });
  expect(await read('a.csv', 'a,a\n1,2\n')).toEqual({ trouble: 'header', line: 1 });
});

test('GB18030 and UTF-16 are read where the bytes are no UTF-8', () => {
  expect(textOf(new Uint8Array([0xce, 0xe5, 0xcb, 0xc4]))).toBe('五四');
  expect(textOf(new Uint8Array([0xff, 0xfe, 0x94, 0x4e, 0xdb, 0x56]))).toBe('五四');
  expect(textOf(new TextEncoder().encode('五四'))).toBe('五四');
});
