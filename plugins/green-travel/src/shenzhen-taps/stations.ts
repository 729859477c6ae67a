import type { Network } from '../network.ts';

/** Spellings of the taps that are neither the network's name nor that name with or without 站; the third is a broken byte sequence. */
const aliases: Readonly<Record<string, string>> = { 深圳大学: '深大', 马鞍山: '马安山', '?I岭': '孖岭' };

/** Resolves a station as rulings say: exact, then alias, then with one trailing 站 removed or added. Never from an equipment number. */
export function resolveStation(network: Network, written: string): number | undefined {
  const name = written.trim();
  if (name === '' || name === '-') return undefined;
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  return (
    network.stationOf(name) ??
    (alias === undefined ? undefined : network.stationOf(alias)) ??
    network.stationOf(name.endsWith('站') ? name.slice(0, -1) : `${name}站`)
  );
}

/** Kilometres that a fare proves at least, by whole yuan; 9, 12 and from 14 on may be a first-class ride or a penalty. */
const kilometresOfYuan: Readonly<Record<number, number>> = {
  2: 0,
  3: 4,
  4: 8,
  5: 12,
  6: 18,
  7: 24,
  8: 24,
  10: 24,
  11: 24,
  13: 24,
};
const fenPerYuan = 100;
const metersPerKilometre = 1_000;

/** The lower bound of the fare's distance band. */
export function metersOfFare(fareFen: number): number {
  return (kilometresOfYuan[fareFen / fenPerYuan] ?? 0) * metersPerKilometre;
}

/** Why an inferred ride has the metres it has; two of the three say why it has none. */
export function basisOfFare(fareFen: number): 'fare-band' | 'fare-band-from-zero' | 'fare-proves-no-distance' {
  const kilometres = kilometresOfYuan[fareFen / fenPerYuan];
  if (kilometres === undefined) return 'fare-proves-no-distance';
  return kilometres === 0 ? 'fare-band-from-zero' : 'fare-band';
}
