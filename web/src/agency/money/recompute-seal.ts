import { recomputeLeaves } from '@tanhui/sdk/verify';

const leafBytes = 64;
const fenAt = 6;
const milligramsAt = 12;

/** What this browser found in the leaves of a 结算封存. */
export interface RecomputedSeal {
  readonly count: number;
  readonly root: string;
  readonly amountFen: bigint;
  readonly burnedMilligrams: bigint;
}

/** Root and sums of a settlement seal by nothing but its leaves: canonical-v1 §8. */
export function recomputeSeal(leaves: Uint8Array): RecomputedSeal {
  const { count, root } = recomputeLeaves(leaves);
  let [amountFen, burnedMilligrams] = [0n, 0n];
  for (let at = 0; at < count * leafBytes; at += leafBytes) {
    amountFen += unsigned48(leaves, at + fenAt);
    burnedMilligrams += unsigned48(leaves, at + milligramsAt);
  }
  return { count, root, amountFen, burnedMilligrams };
}

function unsigned48(bytes: Uint8Array, at: number): bigint {
  return bytes.subarray(at, at + 6).reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}
