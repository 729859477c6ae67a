import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOfJson, parseAsWritten } from './fields.ts';

describe('fields of a JSON record', () => {
  it.each([
    '6222021234567890123',
    '6222021234567890377',
    '12345678901234567',
    '9007199254740993',
    '-0',
    '1.0',
    '1.50',
    '1e3',
    '1E-7',
    '0.1000000000000000055',
    '1e999',
    '116.4',
    '7',
    '-12',
  ])('takes the number %s as it is written', (number) => {
    expect(fieldsOfJson(`{"Id":${number},"note":"-0 \\"1e9\\" 6222021234567890123"}`)).toEqual({
      Id: number,
      note: '-0 "1e9" 6222021234567890123',
    });
  });

  it.each(['null', '7', '"text"', '[1]', '{"a":null}', '{"a":true}', '{"a":{}}', '{"a":01}', '{"a":1.}', '{"a":1-2}'])(
    'finds none in %s',
    (text) => {
      expect(fieldsOfJson(text)).toBeUndefined();
    },
  );

  it('gives every number and text of a valid object back unchanged', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc
        .tuple(fc.bigInt(), fc.constantFrom('', '.0', 'e5', '.25E+2'))
        .map(([whole, rest]) => `${String(whole)}${rest}`),
    );
    const written = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => ({ json: JSON.stringify(text), text })),
      number.map((text) => ({ json: text, text })),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), written), (fields) => {
        const members = Object.entries(fields).map(([name, { json }]) => `${JSON.stringify(name)}:${json}`);
        const found = fieldsOfJson(`{${members.join(' ,')}}`);
        expect(Object.entries(found ?? {})).toEqual(
          Object.entries(JSON.parse(`{${members.join(',')}}`) as object).map(([name]) => [name, fields[name]?.text]),
        );
      }),
    );
  });
});

describe('JSON as it is written', () => {
  it('keeps numbers that a double holds, so that a line stays a number', () => {
    expect(parseAsWritten('[{"line":12,"fields":{"Id":12345678901234567,"n":1.5}}]')).toEqual([
      { line: 12, fields: { Id: '12345678901234567', n: 1.5 } },
    ]);
  });

  it('refuses what is no JSON', () => {
    expect(() => parseAsWritten('{"a":1.}')).toThrow(SyntaxError);
  });

  it('reads a long text without running out of stack', () => {
    const long = JSON.stringify({ a: 'x\\"'.repeat(500_000), b: 'y'.repeat(1_000_000) });
    expect(parseAsWritten(`[${long},1.0]`)).toEqual([JSON.parse(long), '1.0']);
  });
});
