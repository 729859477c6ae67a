import { describe, expect, it } from 'vitest';
import { csvOf } from './download.ts';

describe('a CSV that people open', () => {
  it('quotes every field and makes formulas harmless', () => {
    expect(
      csvOf([
        ['code', 'n'],
        ['=HYPERLINK("x")', -12],
        ['a,"b"', '@x'],
      ]),
    ).toBe('\uFEFF"code","n"\r\n"\'=HYPERLINK(""x"")","-12"\r\n"a,""b""","\'@x"\r\n');
  });
});
