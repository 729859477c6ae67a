import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { holdToChain, holdToSeals, refuseOtherChain, registerMethodologies } from '../carbon/index.ts';
import type { Config } from '../config.ts';
import { createEmbeddedLedger } from '../ledger/embedded/embedded-ledger.ts';
import type { Rebuilt } from '../ledger/embedded/files.ts';
import type { FabricConnection } from '../ledger/fabric/connection.ts';
import { readConnection } from '../ledger/fabric/connection.ts';
import type { Refusal } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure, ledgerRefusal, refuseLedger } from '../ledger/index.ts';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import { systemClock } from '../runtime/index.ts';
import type { DocumentStore } from '../storage/index.ts';

export const commitTimeoutMs = 15_000;

/** The ledger of this installation, with every methodology on it and known to be the one that the data were sealed on. */
export async function openLedger(
  config: Config,
  parts: {
    readonly store: DocumentStore;
    readonly catalogue: MethodologyCatalogue;
    readonly ledger?: LedgerClient;
  },
): Promise<LedgerClient> {
  const ledger = parts.ledger ?? (await engineOf(config));
  try {
    await refuseOtherChain(parts.store, ledger);
    await holdToSeals(parts.store, ledger);
    await registerMethodologies(ledger, parts.catalogue, commitTimeoutMs);
    await holdToChain(parts.store, ledger);
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error instanceof LedgerFailure ? startRefusal(error) : error;
  }
}

/** At a start nobody waits for a second try: say where to look. */
function startRefusal(failure: LedgerFailure): Refusal {
  return failure.kind === 'contract-refused'
    ? ledgerRefusal(failure)
    : refuseLedger('LEDGER_UNREACHABLE', { reason: failure.kind }, failure);
}

/** A ledger's time is the machine's, whatever the platform's clock says: deadlines travel to peers and orderers, and an endorser's certificate has to be in force when a transaction is proposed. */
async function engineOf(config: Config): Promise<LedgerClient> {
  if (config.ledger === 'fabric') {
    const connection = connectionOf(config.fabricConnection);
    // The gateway's libraries take memory that an embedded installation has no use for.
    const { createFabricLedger } = await import('../ledger/fabric/fabric-ledger.ts');
    return createFabricLedger({ connection, clock: systemClock });
  }
  const contractsModule = createRequire(import.meta.url).resolve('@tanhui/chaincode');
  return createEmbeddedLedger({ folder: ledgerFolder(config), contractsModule, clock: systemClock });
}

/** Where the embedded ledger keeps its keys and files. */
function ledgerFolder(config: Config): string {
  return join(config.dataFolder, 'ledger');
}

/** Makes the state of this installation's embedded ledger again from its blocks; the server has to be stopped. */
export async function rebuildLedger(config: Config): Promise<Rebuilt> {
  const { hasBlocks, isInUse, rebuildEmbeddedState } = await import('../ledger/embedded/files.ts');
  const folder = ledgerFolder(config);
  if (!hasBlocks(folder)) throw refuseLedger('LEDGER_NOT_HERE', { folder });
  try {
    return rebuildEmbeddedState(folder);
  } catch (error) {
    throw isInUse(error) ? refuseLedger('LEDGER_IN_USE', { folder }, error) : error;
  }
}

function connectionOf(file: string): FabricConnection {
  try {
    return readConnection(readFileSync(file, 'utf8'));
  } catch (cause) {
    const field = cause instanceof ZodError ? cause.issues[0]?.path.join('.') : undefined;
    throw refuseLedger('LEDGER_CONNECTION_UNREADABLE', { file, ...(field !== undefined && { field }) }, cause);
  }
}
