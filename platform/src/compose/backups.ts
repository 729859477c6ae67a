import type { Backups } from '../backups/index.ts';
import { createBackups } from '../backups/index.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { Stepper } from '../workers/stepper.ts';

/** 备份 where everything stands in the data folder; a database or a network of its own has its own tools. */
export function wireBackups(
  { store, dataFolder }: Pick<Config, 'store' | 'dataFolder'>,
  parts: { readonly clock: Clock; readonly sealer: Stepper; readonly ledger: LedgerClient },
): { readonly backups?: Backups } {
  const { clock, sealer, ledger } = parts;
  if (store.engine !== 'sqlite' || ledger.copyBlocks === undefined) return {};
  const copyBlocks = ledger.copyBlocks.bind(ledger);
  return { backups: createBackups({ dataFolder, clock, copyBlocks, between: (act) => sealer.between(act) }) };
}
