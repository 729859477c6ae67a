/** A 32-bit seed from a text (FNV-1a), so that the same seed gives the same day anywhere. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A number in 0 ≤ x < 2³² that depends on seed and position alone: whatever is drawn needs no state and no order. */
export function draw(seed: number, position: number): number {
  let hash = Math.imul(seed ^ position, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ (position >>> 7), 0xc2b2ae35);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x27d4eb2f);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** As `draw`, as a fraction in 0 ≤ x < 1. */
export function fraction(seed: number, position: number): number {
  return draw(seed, position) / 0x1_0000_0000;
}
