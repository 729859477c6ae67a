import type { CarbonRecordBody } from '@tanhui/sdk/model';
import { evidenceClasses, modes, recordKinds } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../kernel/index.ts';
import { recordText } from './canonical-record.ts';

const text = fc.string({ unit: 'binary' });
const amount = fc.bigInt({ min: 0n, max: 2n ** 48n }).map(String);
const bodies = fc.record(
  {
    v: fc.constant(1 as const),
    programme: text,
    id: text,
    kind: fc.constantFrom(...recordKinds),
    day: text,
    mode: fc.constantFrom(...modes),
    district: text,
    evidence: fc.constantFrom(...evidenceClasses),
    methodology: text,
    methodologyDigest: text,
    quantities: fc.dictionary(fc.constantFrom('distanceMeters', 'energyWattHours', 'steps'), amount),
    reductionMilligrams: amount,
    activity: text,
    startedAt: fc.maxSafeInteger(),
    endedAt: fc.maxSafeInteger(),
    retrospective: fc.constant(true as const),
    reverses: text,
  },
  {
    requiredKeys: [
      'v',
      'programme',
      'id',
      'kind',
      'day',
      'mode',
      'district',
      'evidence',
      'methodology',
      'methodologyDigest',
      'quantities',
      'reductionMilligrams',
      'activity',
    ],
  },
) as unknown as fc.Arbitrary<CarbonRecordBody>;

describe('the canonical text of a record', () => {
  it('is canonical JSON, whatever the record and whichever order its members came in', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(recordText(body)).toBe(canonicalJson({ ...body }));
      }),
    );
  });
});
