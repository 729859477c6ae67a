import { runSource } from '@tanhui/sdk/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedChargingMapping } from '../src/simulation/index.ts';
import { contributed, declaredCodes, sourceNamed } from './contributed.ts';

/** What a field may hold: what the format means, what it nearly means, and what nobody means. */
const values: Readonly<Record<string, readonly string[]>> = {
  'shenzhen-taps': [
    '地铁入站',
    '地铁出站',
    '巴士',
    '2018-09-01 08:00:00',
    '2018-09-01 09:10:00',
    '罗湖',
    '深大',
    '-',
    '300',
  ],
  'mobike-orders': ['2016-08-01 00:25', '2016/8/1 0:45', '121.5', '31.3', '12', '0.001', '2500.4'],
  'gps-track': [
    '2024-06-08T10:00:00Z',
    '2024-06-08T10:00:09Z',
    '2024-06-08T10:01:00Z',
    '52.1',
    '4.9',
    'Walk',
    'Train',
    'FALSE',
  ],
  'step-days': ['4/12/2016', '2016-04-12', '13162', '0', '8.5'],
  'metro-trips': [
    'qingdao-2025-01',
    '五四广场',
    '青岛北站',
    '1795125788000',
    '1795126241000',
    '2026-11-20T08:00:00+08:00',
  ],
  'ev-sessions': ['2026-11-20 08:00:00', '2026-11-20 11:00:00', '7000', '0', 'unknown'],
};
const hostile = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '0x10',
  '1e309',
  '-1',
  'NaN',
  '9'.repeat(40),
  '\u0000'.repeat(70),
  '\ud800',
  '😀'.repeat(40),
];
const longest = 'n'.repeat(64);
const accounts = ['a', 'b', '__proto__', 'constructor', '', longest, `${longest}1`, `${longest}2`, ` ${longest} `];
const accountFields = ['card_no', 'userid', 'user_id', 'Id', 'account'];

function settingsOf(id: string) {
  return id === 'ev-sessions' ? simulatedChargingMapping : null;
}

/** Records with the source's own columns and, where it has them, its optional ones. */
function recordsOf(id: string) {
  const source = sourceNamed(id);
  const settings = source.parseSettings(settingsOf(id));
  const required =
    typeof source.requiredFields === 'function' ? source.requiredFields(settings) : source.requiredFields;
  const optional = [
    'orderid',
    'end_time',
    'duration_min',
    'track_m',
    'start_lon',
    'start_lat',
    'end_lon',
    'end_lat',
    'datum',
  ];
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(values[id] ?? [])) },
    { weight: 1, arbitrary: fc.constantFrom(...hostile) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 90 }) },
  );
  const account = fc.constantFrom(...accounts);
  const fields = Object.fromEntries([...required, ...optional].map((name) => [name, value]));
  for (const name of accountFields) if (name in fields) fields[name] = account;
  const records = fc.array(fc.record(fields, { requiredKeys: [] }), { maxLength: 60 });
  // A column may be missing; none is there without a text.
  return records as fc.Arbitrary<Record<string, string>[]>;
}

describe.each([...contributed.sources.keys()])('%s with hostile fields', (id) => {
  it('never throws, accounts for each record and stays within its contract, however the run is cut', () => {
    const source = sourceNamed(id);
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(recordsOf(id), cuts, (records, batchSize) => {
        const options = { settings: settingsOf(id) as never, codes: declaredCodes };
        const whole = runSource(source, records, options);
        const parts = runSource(source, records, { ...options, batchSize });
        expect(settled(parts)).toEqual(settled(whole));
        expectWholeNames(whole, records);
      }),
      { numRuns: 300 },
    );
  });

  it('holds its byte cap when one account never stops', () => {
    const source = sourceNamed(id);
    const value = fc.oneof(
      fc.constantFrom(...(values[id] ?? [])),
      fc.constantFrom('\u0001'.repeat(64), '\u0001'.repeat(32)),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 8, maxLength: 8 }), (filling) => {
        const fields = (at: number) => oneAccount(id, at, filling);
        const records = Array.from({ length: 300 }, (_, at) => fields(at));
        runSource(source, records, { settings: settingsOf(id) as never, codes: declaredCodes, batchSize: 50 });
      }),
      { numRuns: 20 },
    );
  });
});

function oneAccount(id: string, at: number, filling: readonly string[]): Record<string, string> {
  const clock = new Date(Date.UTC(2018, 8, 1) + at * 20_000).toISOString();
  const local = clock.slice(0, 19).replace('T', ' ');
  if (id === 'gps-track') {
    const latitude = String(52 + at * 0.01);
    return { user_id: 'a', timestamp: clock, latitude, longitude: '4.9', stop: 'FALSE', mode: 'Train' };
  }
  const [station = '', equipment = '', car = ''] = filling;
  return {
    ...{ card_no: 'a', userid: 'a', Id: 'a', account: 'a' },
    ...{ deal_date: local, deal_type: '地铁入站', deal_value: '300', station, equ_no: equipment, car_no: car },
  };
}

/** Nobody gets a ride whose records name somebody else, however alike the two begin. */
function expectWholeNames(run: ReturnType<typeof runSource>, records: readonly Record<string, string>[]): void {
  for (const { account, records: own } of run.activities)
    for (const at of own) {
      const named = accountFields.flatMap((field) => records[at]?.[field]?.trim() ?? []);
      expect(named).toEqual([account]);
    }
}

/** What must not depend on the cuts. Activities of different accounts may settle in another order. */
function settled(run: ReturnType<typeof runSource>) {
  const byRecord = (first: { records: readonly number[] }, second: { records: readonly number[] }) =>
    (first.records[0] ?? 0) - (second.records[0] ?? 0);
  const { read, used, duplicate, refused, open } = run;
  return {
    counts: { read, used, duplicate, refused, open },
    activities: [...run.activities].sort(byRecord),
    refusals: [...run.refusals].sort(byRecord),
    waiting: [...run.waiting].sort((first, second) => first - second),
  };
}
