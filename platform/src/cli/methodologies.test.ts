import { expect, it } from 'vitest';
import { methodologyLines } from './methodologies.ts';

it('a version is listed with how well each of its factors is known, in words, and where it is from', () => {
  const lines = methodologyLines({ mode: 'demo' });
  const digest = '4bf4c2b43872b729df305f1f25e1b870894e1d22d21c967c5dc792546b4e2f65';
  expect(lines).toContain(`  region 440300, in force 2021-12-01 – open, verified, digest ${digest}`);
  expect(lines).toContain(
    '  metroReduction = 46.7 g/km  verified: Shenzhen Commercial Daily 2022-09-23: 46.7 g/pkm against general travel',
  );
});
