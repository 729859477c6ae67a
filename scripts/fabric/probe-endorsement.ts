import { readFileSync } from 'node:fs';
import { createFabricLedger } from '../../platform/src/ledger/fabric/fabric-ledger.ts';
import { readConnection } from '../../platform/src/ledger/fabric/connection.ts';
import { systemClock } from '../../platform/src/runtime/index.ts';

/** Asks a network whether every organisation endorses a read; the question throws while one does not. */
export async function openProbe(
  connectionFile: string,
): Promise<{ readonly ask: () => Promise<void>; readonly close: () => Promise<void> }> {
  const connection = readConnection(readFileSync(connectionFile, 'utf8'));
  const ledger = await createFabricLedger({ connection, clock: systemClock, endorseAttempts: 1 });
  return {
    async ask() {
      await ledger.endorse({ contract: 'org.hyperledger.fabric', function: 'GetMetadata', args: [], as: 'recorder' });
    },
    close: () => ledger.close(),
  };
}
