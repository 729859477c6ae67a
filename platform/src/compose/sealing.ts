import type { SealingDeps } from '../carbon/index.ts';
import { createBatchBuilder } from '../carbon/index.ts';
import type { Config } from '../config.ts';
import type { IntakeDeps } from '../intake/index.ts';
import type { Log } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';

/** 封存, wired: what the sealer reads, builds with and writes to. */
export function wireSealing(
  { sealDelayMs, commitTimeoutMs }: Pick<Config, 'sealDelayMs'> & { readonly commitTimeoutMs: number },
  parts: { readonly ledger: LedgerClient; readonly intake: IntakeDeps; readonly log: Log },
): SealingDeps {
  const { store, clock, steps, quantifier } = parts.intake;
  return {
    store,
    ledger: parts.ledger,
    builder: createBatchBuilder({ reader: store, methodologyOf: quantifier.methodologyOf }),
    clock,
    steps,
    log: parts.log.child({ module: 'seal' }),
    delayMs: sealDelayMs,
    commitTimeoutMs,
  };
}
