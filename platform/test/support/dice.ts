/** Numbers from a seed: a simulation that failed is run again from it. */
export function dice(seed: number): Dice {
  let state = seed * 2_654_435_761;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e37_79b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 0x1_0000_0000;
  };
  return {
    below: (most) => Math.floor(next() * most),
    chance: (share) => next() < share,
    one: (items) => items[Math.floor(next() * items.length)] as never,
  };
}

export interface Dice {
  /** A whole number from 0 on, below this. */
  below(most: number): number;
  chance(share: number): boolean;
  one<Item>(items: readonly Item[]): Item;
}
