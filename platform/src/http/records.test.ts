import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { maxRecordLength } from '@tanhui/sdk/records';
import { describe, expect, it } from 'vitest';
import { readRecordBatches } from './records.ts';

const [one, other] = ['{"account":6222021234567890123,"n":1.0}', '{"account":6222021234567890377,"n":7}'];

async function read(body: string, contentType: string) {
  const batches = [];
  for await (const batch of readRecordBatches(Readable.from([Buffer.from(body)]), contentType))
    batches.push(batch.read());
  return {
    records: batches.flatMap(({ records }) => records),
    undecodable: batches.flatMap(({ undecodable }) => undecodable),
  };
}

describe('records of a body', () => {
  it.each([
    ['lines', 'application/x-ndjson', `${one}\n${other}`],
    ['wrapped lines', 'application/x-ndjson', `{"line":1,"fields":${one}}\n{"line":2,"fields":${other}}`],
    ['an array', 'application/json', `[${one},${other}]`],
    ['a wrapped array', 'application/json', `[{"line":1,"fields":${one}},{"line":2,"fields":${other}}]`],
  ])('takes numbers of %s as they are written, so that two cards stay two', async (_, type, body) => {
    expect(await read(body, type)).toEqual({
      records: [
        { line: 1, fields: { account: '6222021234567890123', n: '1.0' } },
        { line: 2, fields: { account: '6222021234567890377', n: '7' } },
      ],
      undecodable: [],
    });
  });

  const [most, more] = ['x'.repeat(maxRecordLength - '{"a":""}'.length), 'x'.repeat(maxRecordLength)];

  it('may be as long as a record of a file and no longer, whatever the client wraps around it', async () => {
    const lines = [
      { a: most },
      { a: `${most}x` },
      { line: 70, fields: { a: more } },
      { line: 71, fields: { a: `${more}x` } },
      { line: 72, fields: { a: '五'.repeat(maxRecordLength) } },
      { a: 'x'.repeat(1_000_000) },
      { a: 'after it' },
    ];
    const { records, undecodable } = await read(
      lines.map((one) => JSON.stringify(one)).join('\n'),
      'application/x-ndjson',
    );
    expect(records.map(({ line }) => line)).toEqual([1, 70, 72, 7]);
    expect(undecodable.map(({ line, code }) => [line, code])).toEqual([
      [2, 'INTAKE_LINE_TOO_LONG'],
      [71, 'INTAKE_LINE_TOO_LONG'],
      [6, 'INTAKE_LINE_TOO_LONG'],
    ]);
  });

  it.each(['application/x-ndjson', 'application/json'])(
    'tells unreadable lines apart by all of them, and a short one by itself: %s',
    async (type) => {
      const isArray = type === 'application/json';
      const ends = isArray ? ['[1]', '[2]', '[3]'] : ['1', '2', '"'];
      const texts = [100, 9_000, 40_000, ...(isArray ? [] : [400_000])].flatMap((length) =>
        ends.map((end) => (isArray ? JSON.stringify([`${'x'.repeat(length)}${end}`]) : `"${'x'.repeat(length)}${end}`)),
      );
      const body = isArray ? `[${texts.join()}]` : texts.join('\n');
      const { records, undecodable } = await read(body, type);
      expect(records).toEqual([]);
      expect(new Set(undecodable.map(({ raw, digest }) => [raw, digest].join())).size).toBe(texts.length);
      expect(undecodable.map(({ digest }) => digest)).toEqual(
        texts.map((text) => (text.length > 8_192 ? hash('sha256', text, 'hex') : undefined)),
      );
      expect(Math.max(...undecodable.map(({ raw }) => raw.length))).toBe(8_192);
    },
  );

  it('takes the digest with which a client tells a line apart', async () => {
    const sent = { line: 4, code: 'INTAKE_LINE_TOO_LONG', raw: 'x', digest: 'd', fields: {} };
    expect((await read(JSON.stringify(sent), 'application/x-ndjson')).undecodable).toEqual([
      { line: 4, code: 'INTAKE_LINE_TOO_LONG', raw: 'x', digest: 'd' },
    ]);
  });

  it('keeps the code with which a client could not decode a line, and no other', async () => {
    const codes = ['INTAKE_LINE_TOO_LONG', 'INTAKE_LINE_UNREADABLE', 'ACTIVITIES_OVERLAPS'];
    const lines = codes.map((code, at) => JSON.stringify({ line: at + 1, code, raw: 'x', fields: {} }));
    expect((await read(lines.join('\n'), 'application/x-ndjson')).undecodable).toEqual([
      { line: 1, code: 'INTAKE_LINE_TOO_LONG', raw: 'x' },
      { line: 2, code: 'INTAKE_LINE_UNREADABLE', raw: 'x' },
      { line: 3, code: 'INTAKE_LINE_UNREADABLE', raw: 'x' },
    ]);
  });
});
