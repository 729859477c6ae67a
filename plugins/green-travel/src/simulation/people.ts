/** Account names say what they are wherever they appear: nobody can take them for a real person's. */
export function simulatedAccount(person: number): string {
  return `SIM-${String(person).padStart(6, '0')}`;
}

/**
 * Whose turn is the n-th trip of a day: each person once before anybody's second, in an order that is not theirs by number. Two trips of one
 * person are therefore a whole round of the others apart.
 */
export function createTurns(people: number, seed: number): (trip: number) => number {
  let stride = (seed % people) | 1;
  while (greatestCommonDivisor(stride, people) !== 1) stride += 2;
  const offset = seed % people;
  return (trip) => ((trip % people) * (stride % people) + offset) % people;
}

function greatestCommonDivisor(first: number, second: number): number {
  return second === 0 ? first : greatestCommonDivisor(second, first % second);
}
