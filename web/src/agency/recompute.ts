import type { BatchView } from '@tanhui/sdk/client';
import { recomputeLeaves } from '@tanhui/sdk/verify';
import { api } from '../shared/api.ts';

/** What this browser found in a batch's published leaves, beside what the batch says of itself. */
export interface Recomputed {
  readonly agrees: boolean;
  readonly count: number;
  readonly milligrams: bigint;
  readonly root: string;
  readonly elapsedMs: number;
}

export async function recompute(batch: BatchView): Promise<Recomputed> {
  const leaves = await api.audit.leaves(batch.batch);
  const startedAt = performance.now();
  const { root, count, netMilligrams, isAscending } = recomputeLeaves(leaves);
  const agrees =
    isAscending && root === batch.root && count === batch.count && String(netMilligrams) === batch.milligrams;
  return { agrees, count, milligrams: netMilligrams, root, elapsedMs: performance.now() - startedAt };
}
