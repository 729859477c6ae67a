import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ActivityDraft, Day } from '@tanhui/sdk/model';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from './files.ts';
import { compileExpression, ExpressionError } from './expression.ts';
import { compileMethodology, quantify } from './methodology.ts';
import type { MethodologyFile } from './methodology.ts';
import { parseUnit } from './units.ts';

const catalogue = loadCatalogue({ mode: 'demo' });
const draft = (mode: ActivityDraft['mode'], distanceMeters: number) => ({ mode, distanceMeters });

function gramsText(
  reference: string,
  subject: { mode: ActivityDraft['mode']; distanceMeters?: number; energyWattHours?: number },
): string {
  return String(quantify(catalogue.methodology(reference), subject)?.milligrams);
}

describe('golden vectors of the published schemes', () => {
  it('G4: Shenzhen, 10 km by electric bus is 269 g and 12.34 km by metro 576.278 g', () => {
    expect(gramsText('cn.shenzhen.public-transit@2021', draft('bus', 10_000))).toBe('269000');
    expect(gramsText('cn.shenzhen.public-transit@2021', draft('metro', 12_340))).toBe('576278');
  });

  it('G5: Hello, 3.2 km by bike is 108.416 g', () => {
    expect(gramsText('cn.hello.shared-two-wheeler@2022', draft('bike', 3_200))).toBe('108416');
  });

  it('G8: Beijing-Tianjin-Hebei, four modes', () => {
    const reference = 'cn.bth.low-carbon-travel@2024';
    expect(gramsText(reference, draft('bus', 8_600))).toBe('447200');
    expect(gramsText(reference, draft('metro', 8_600))).toBe('619200');
    expect(gramsText(reference, draft('bike', 2_360))).toBe('224908');
    expect(gramsText(reference, draft('walk', 1_000))).toBe('104000');
  });

  it('G2: the published 2,517 g lies within 1.5 % of the leg-wise figure', () => {
    const reference = 'cn.bth.low-carbon-travel@2024';
    const legs =
      BigInt(gramsText(reference, draft('walk', 1_100))) + BigInt(gramsText(reference, draft('metro', 33_800)));
    expect(legs).toBe(2_548_000n);
    expect(Number(legs) / 2_517_000).toBeLessThan(1.015);
  });

  it('G10: 15 kWh give 100 km of a car saved less the grid: 5,992,237 mg, floored once', () => {
    expect(gramsText('demo.low-carbon-travel@1', { mode: 'ev-charging', energyWattHours: 15_000 })).toBe('5992237');
  });
});

/** Vectors that no shipped methodology holds, as the formulas of their sources; the expected figure is the vector's, cut after its last digit. */
describe('golden vectors of formulas', () => {
  const gasoline = '43.070 * 18.9 / 1000 * 0.98 * 44 / 12';
  it.each([
    ['G1', 'Beijing 2019, 22 km by metro instead of a car, kg', '5.98 - 1.35', '4.63'],
    ['G4', 'Shenzhen, 12.34 km by metro, g', '12.34 * 46.7', '576.278'],
    ['G5', 'Hello, 3.2 km by shared e-bike, g', '3.2 * 35.01', '112.032'],
    ['G7', 'one tonne of gasoline, tCO2', gasoline, '2.925055'],
    ['G7', 'one tonne of diesel, tCO2', '42.652 * 20.2 / 1000 * 0.98 * 44 / 12', '3.095909'],
    ['G7', 'one litre of gasoline at 0.7462 kg/L, kg', `${gasoline} * 0.7462`, '2.182676772276'],
    ['G9', 'two share 10 km of a petrol car, kg avoided', '(2 - 1) * 10 * 0.16450', '1.645'],
    ['G9', 'share of one in three, kg', '10 * 0.16450 / 3', '0.54833'],
    ['G10', '100 km of an EV in Shandong 2023, kg', '100 * 0.07 * 2.182676772276 - 15 * 0.6191', '5.992237405932'],
    ['G11', 'the same on the national grid, kg', '100 * 0.07 * 2.182676772276 - 15 * 0.5306', '7.319737405932'],
    ['G12', 'break-even of G10, kWh/100 km', '100 * 0.07 * 2.182676772276 / 0.6191', '24.678949'],
    ['G13', 'VM0038, first year, kg', '1000 * 8.887 * 100 / (30 * 28)', '1057.976190'],
    ['G13', 'VM0038, third year, kg', '1000 * 8.887 * 100 * 0.99 * 0.99 / (30 * 28)', '1036.922464'],
    ['G17', 'short chain, kg', '10 * 300 * 0.07547 - 10 * 50 * 0.17853', '137.145'],
    ['G18', '100 kg of nitrogen less, kgCO2e', '100 * 0.01 * 44 / 28 * 273', '429'],
    ['G18', 'the same with the older potential, kgCO2e', '100 * 0.01 * 44 / 28 * 265', '416.428571'],
  ])('%s: %s', (...[, , formula, expected]) => {
    const digits = expected.split('.')[1]?.length ?? 0;
    const { n, d } = compileExpression(formula, {}).evaluate({});
    const cut = String((n * 10n ** BigInt(digits)) / d).padStart(digits + 1, '0');
    expect(digits === 0 ? cut : `${cut.slice(0, -digits)}.${cut.slice(-digits)}`).toBe(expected);
  });

  it('G3: two published figures of the Guangzhou metro imply the same number of trips within 0.3 %', () => {
    const trips = [1_300_000_000 / 0.5419, 1_240_000_000 / 0.5155];
    expect(Math.abs((trips[0] ?? 0) / (trips[1] ?? 1) - 1)).toBeLessThan(0.003);
  });

  it('G12: above the break-even an EV earns nothing rather than less than nothing', () => {
    const { file } = catalogue.methodology('demo.low-carbon-travel@1');
    const thirsty = compileMethodology({
      ...file,
      factors: {
        ...file.factors,
        vehicleConsumption: { value: '0.24678950', unit: 'kWh/km', source: 'vector G12', confidence: 'V' },
      },
    });
    expect(quantify(thirsty, { mode: 'ev-charging', energyWattHours: 24_678 })?.milligrams).toBe(0n);
  });
});

/** Figures that circulate in public code under these cities' names and do not match what the cities published. */
describe('known bad numbers', () => {
  it('no shipped factor is one of them', () => {
    const circulating = [
      '0.232',
      '0.218',
      '0.205',
      '0.215',
      '0.196',
      '0.198',
      '0.208',
      '0.581',
      '0.5810',
      '0.5386',
      '0.5703',
    ];
    const shipped = catalogue.all().flatMap(({ file }) => Object.values(file.factors).map(({ value }) => value));
    expect(shipped.filter((value) => circulating.includes(value))).toEqual([]);
  });

  it('Shenzhen gives the published 26.9 and 46.7 g per passenger-kilometre, not 152 and 169', () => {
    expect(gramsText('cn.shenzhen.public-transit@2021', draft('bus', 1_000))).toBe('26900');
    expect(gramsText('cn.shenzhen.public-transit@2021', draft('metro', 1_000))).toBe('46700');
  });
});

describe('a city of the operator’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-city-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const file = catalogue.methodology('cn.shenzhen.public-transit@2021').file;
  const line = { modes: ['metro'], methodology: 'cn.test.metro@1', from: '2026-01-01' };
  const city = {
    programme: 'test-city',
    name: { 'zh-CN': '测试', en: 'Test' },
    region: '370200',
    regime: 'points',
    isPilot: false,
    isDemonstration: true,
    selection: [line],
  };
  function lay(methodology: object, programme: object) {
    mkdirSync(join(folder, 'methodologies'), { recursive: true });
    writeFileSync(join(folder, 'methodologies', 'm.json'), JSON.stringify(methodology));
    writeFileSync(join(folder, 'programmes.json'), JSON.stringify({ programmes: [programme] }));
    return () => loadCatalogue({ mode: 'demo', cityFolder: folder });
  }
  const own = { ...file, id: 'cn.test.metro', version: '1', region: '370200' };

  it('is added by files alone and stands beside those that ship', () => {
    const added = lay(own, city)();
    const selected = added.select({ programme: 'test-city', mode: 'metro', day: '2026-02-01' as Day });
    expect(selected).toMatchObject({ kind: 'selected', methodology: { reference: { id: 'cn.test.metro' } } });
    expect(added.programme('shenzhen-pilot')?.region).toBe('440300');
  });

  it.each([
    ['another region’s methodology', { ...own, region: '440300' }, city, /another region/],
    [
      'a factor without a source',
      { ...own, factors: { f: { value: '1', unit: 'g/km', source: '', confidence: 'V' } } },
      city,
      /Too small/,
    ],
    [
      'a float for a factor',
      { ...own, factors: { f: { value: 1.5, unit: 'g/km', source: 's', confidence: 'V' } } },
      city,
      /string/,
    ],
    [
      'a unit nobody knows',
      { ...own, factors: { f: { value: '1', unit: 'lb/mi', source: 's', confidence: 'V' } } },
      city,
      /unit of/,
    ],
    [
      'a formula that adds grams to metres',
      { ...own, modes: { metro: { formula: 'distanceMeters + metro', quantities: ['distanceMeters'] } } },
      city,
      /unknown name|different units/,
    ],
    [
      'retrospective credit outside of a pilot',
      own,
      { ...city, selection: [{ ...line, isRetrospective: true }] },
      /only a pilot/,
    ],
    ['a methodology that is not there', own, { ...city, selection: [{ ...line, methodology: 'none@1' }] }, /none@1/],
    [
      'a window before a binding that no one unit of work credits',
      own,
      { ...city, creditedDaysBeforeBinding: 367 },
      /<=366/,
    ],
    ['a programme that ships already', own, { ...city, programme: 'shenzhen-pilot' }, /once/],
  ])('is refused for %s, at start, with file or field', (...[, methodology, programme, problem]) => {
    expect(lay(methodology, programme)).toThrow(
      expect.objectContaining({
        code: 'METHODOLOGIES_FILE_INVALID',
        details: expect.objectContaining({ problem: expect.stringMatching(problem) as string }) as object,
      }) as Error,
    );
  });
});

describe('expressions', () => {
  const scope = {
    distance: { dimensions: parseUnit('km')?.dimensions ?? ([0, 0, 0, 0, 0, 0] as const) },
    price: { dimensions: parseUnit('fen')?.dimensions ?? ([0, 0, 0, 0, 0, 0] as const) },
  };

  it('refuses to add grams or kilometres to money', () => {
    expect(() => compileExpression('distance + price', scope)).toThrow(ExpressionError);
  });

  it.each(['', '1 +', '(1', 'foo', '1 ** 2', 'process', '1; 2', 'min(1)'])('refuses %j', (text) => {
    expect(() => compileExpression(text, scope)).toThrow(ExpressionError);
  });

  it('is exact: equals distance × factor floored, for any distance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000 }), (meters) => {
        expect(gramsText('cn.shenzhen.public-transit@2021', draft('metro', meters))).toBe(
          String((BigInt(meters) * 467n) / 10n),
        );
      }),
    );
  });
});

describe('selection', () => {
  it('says that nothing is in force where the table has no line', () => {
    expect(catalogue.select({ programme: 'shenzhen-pilot', mode: 'ferry', day: '2018-09-01' as Day })).toEqual({
      kind: 'none',
      code: 'METHODOLOGIES_NONE_IN_FORCE',
    });
  });

  it('marks a trip from before the methodology as retrospective', () => {
    const selected = catalogue.select({ programme: 'shenzhen-pilot', mode: 'metro', day: '2018-09-01' as Day });
    expect(selected).toMatchObject({ kind: 'selected', isRetrospective: true });
    const later = catalogue.select({ programme: 'shenzhen-pilot', mode: 'metro', day: '2022-01-01' as Day });
    expect(later).toMatchObject({ kind: 'selected', isRetrospective: false });
  });

  it('pins each shipped file: an edit would be another methodology', () => {
    expect(
      Object.fromEntries(
        catalogue.all().map(({ reference }) => [`${reference.id}@${reference.version}`, reference.digest.slice(0, 16)]),
      ),
    ).toEqual(pinnedDigests);
  });

  it('refuses a formula that gives no mass, and a factor without a unit it knows', () => {
    const file = catalogue.methodology('cn.hello.shared-two-wheeler@2022').file;
    const noMass: MethodologyFile = {
      ...file,
      modes: { bike: { formula: 'distanceMeters', quantities: ['distanceMeters'] } },
    };
    expect(() => compileMethodology(noMass)).toThrow('gives no mass');
  });
});

const pinnedDigests = {
  'cn.bth.low-carbon-travel@2024': '0b310e8caf881545',
  'cn.hello.shared-two-wheeler@2022': 'f2dc1dc76df75422',
  'cn.shenzhen.public-transit@2021': '4bf4c2b43872b729',
  'demo.low-carbon-travel@1': 'a50506dee24fdf4f',
};
