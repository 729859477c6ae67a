import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { maxRecordLength } from '@tanhui/sdk/records';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { DecodedLine } from './decode.ts';
import { decodeFiles, LinePlaces } from './decode.ts';
import type { Encoding } from './text.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-decode-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function decode(
  files: readonly string[],
  options: { readonly needed?: readonly string[]; readonly encoding?: Encoding; readonly separator?: string } = {},
): Promise<{ readonly lines: DecodedLine[]; readonly places: LinePlaces }> {
  const places = new LinePlaces();
  const lines: DecodedLine[] = [];
  const given = { separator: ',', encoding: 'auto' as const, needed: [], onBytes: () => undefined, places, ...options };
  for await (const line of decodeFiles(files, given)) lines.push(line);
  return { lines, places };
}

const fieldsOf = ({ lines }: { lines: DecodedLine[] }) => lines.map(({ fields }) => fields);

/** 卡号 and 地铁入站 in GBK. */
const gbk = Buffer.from([0xbf, 0xa8, 0xba, 0xc5, 0x0a, 0xb5, 0xd8, 0xcc, 0xfa, 0xc8, 0xeb, 0xd5, 0xbe, 0x0a]);

describe('files as operators send them', () => {
  it('knows UTF-8 with and without a mark, GBK and UTF-16 by their beginning', async () => {
    const wanted = [{ 卡号: '地铁入站' }];
    const text = '卡号\n地铁入站\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    for (const [at, bytes] of [Buffer.from(text), Buffer.from(`\ufeff${text}`), gbk, utf16, gzipSync(gbk)].entries())
      expect(fieldsOf(await decode([file(`e${String(at)}.csv`, bytes)]))).toEqual(wanted);
  });

  it('takes the encoding that it is told', async () => {
    const lines = await decode([file('told.csv', Buffer.from('k\né\n', 'utf16le'))], { encoding: 'utf-16le' });
    expect(fieldsOf(lines)).toEqual([{ k: 'é' }]);
  });

  it('counts lines as an editor does, over blank lines, quoted line ends and several files', async () => {
    const one = file('one.csv', 'a,b\n1,2\n\n"x\ny",3\n4,5\n');
    const two = file('two.csv', 'b,a\n6,7\n');
    const { lines, places } = await decode([one, two]);
    expect(lines.map(({ line, fields }) => [places.placeOf(line)?.line, fields])).toEqual([
      [2, { a: '1', b: '2' }],
      [4, { a: 'x\ny', b: '3' }],
      [6, { a: '4', b: '5' }],
      [2, { b: '6', a: '7' }],
    ]);
    expect(places.placeOf(lines[3]?.line ?? 0)?.file).toBe(two);
  });

  it('lets a quote that is never closed cost one line and no other', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => (at === 7 ? '"lost,7' : `${String(at)},v`));
    const { lines } = await decode([file('quote.csv', `a,b\n${rows.join('\n')}\n`)]);
    expect(lines).toHaveLength(300);
    expect(lines.filter((line) => 'code' in line).map(({ line }) => line)).toEqual([9]);
    expect(lines[8]?.fields).toEqual({ a: '8', b: 'v' });
  });

  it('refuses a line longer than a record may be and reads on behind it, in bounded memory', async () => {
    const huge = 'z'.repeat(40 * 1_048_576);
    const path = file('huge.csv.gz', gzipSync(`a,b\n1,2\n${huge},9\n3,4\n`));
    const before = process.memoryUsage().heapUsed;
    const { lines } = await decode([path]);
    expect(lines.map((line) => ('code' in line ? line.code : line.fields['a']))).toEqual([
      '1',
      'INTAKE_LINE_TOO_LONG',
      '3',
    ]);
    expect(lines.every((line) => !('raw' in line) || line.raw.length <= maxRecordLength)).toBe(true);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1_048_576);
  });

  it('takes numbers of NDJSON as they are written, so that two cards stay two', async () => {
    const cards = ['6222021234567890123', '6222021234567890377'];
    const { lines } = await decode([file('x.ndjson', cards.map((card) => `{"card":${card}}`).join('\n'))]);
    expect(lines.map(({ fields }) => fields)).toEqual(cards.map((card) => ({ card })));
  });

  it('reads NDJSON over any chunk border and refuses what is no object', async () => {
    const objects = Array.from({ length: 4_000 }, (_, at) => JSON.stringify({ 站: `苗岭路${String(at)}`, n: at }));
    const { lines } = await decode([file('x.ndjson', [...objects, '[1]', '{"a":', '"text"', 'null'].join('\n'))]);
    expect(lines).toHaveLength(4_004);
    expect(lines.slice(4_000).every((line) => 'code' in line)).toBe(true);
    expect(lines[3_999]?.fields).toEqual({ 站: '苗岭路3999', n: '3999' });
  });
});

describe('files that cannot be used as a whole', () => {
  it.each([
    ['cut.csv.gz', gzipSync('a,b\n1,2\n'.repeat(9_000)).subarray(0, 60), 'IMPORT_FILE_DAMAGED'],
    ['empty.csv', '', 'IMPORT_HEADER_UNUSABLE'],
    ['twice.csv', 'a,a\n1,2\n', 'IMPORT_HEADER_UNUSABLE'],
    ['proto.csv', 'a,__proto__\n1,2\n', 'IMPORT_HEADER_UNUSABLE'],
    ['other.csv', 'x,y\n1,2\n', 'IMPORT_COLUMN_MISSING'],
  ])('refuses %s', async (name, content, code) => {
    await expect(decode([file(name, content)], { needed: ['a'] })).rejects.toMatchObject({ code });
  });

  it('refuses a file that is not there, and says which', async () => {
    const path = join(folder, 'absent.csv');
    await expect(decode([path])).rejects.toMatchObject({ code: 'IMPORT_FILE_UNREADABLE', details: { file: path } });
  });
});

describe('any bytes at all', () => {
  it('are lines or coded refusals, and every non-blank line is one of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, isNdjson) => {
        const body = isNdjson ? bytes : Buffer.concat([Buffer.from('a,b\n'), bytes]);
        const path = file(isNdjson ? 'fuzz.ndjson' : 'fuzz.csv', body);
        try {
          const { lines } = await decode([path], { encoding: 'utf-8' });
          const blanks = new TextDecoder()
            .decode(bytes)
            .split('\n')
            .filter((line) => line.trim() !== '').length;
          expect(lines.length).toBeLessThanOrEqual(blanks);
          if (isNdjson) expect(lines).toHaveLength(blanks);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^IMPORT_/) as string });
        }
      }),
      { numRuns: 200 },
    );
  });
});
