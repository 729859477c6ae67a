import fc from 'fast-check';
import type { ActivityDraft, Day } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { builtInCatalogue } from './catalogue.ts';
import { compileExpression, ExpressionError } from './expression.ts';
import { compileMethodology, quantify } from './methodology.ts';
import type { MethodologyFile } from './methodology.ts';
import { parseUnit } from './units.ts';

const catalogue = builtInCatalogue();
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
