import { readFileSync } from 'node:fs';
import { createFabricLedger } from '../../platform/src/ledger/fabric/fabric-ledger.ts';
import { readConnection } from '../../platform/src/ledger/fabric/connection.ts';

/** Fails unless every organisation of the network endorses a read. */
export async function endorsedByAll(connectionFile: string): Promise<void> {
  const ledger = await createFabricLedger({
    connection: readConnection(readFileSync(connectionFile, 'utf8')),
    clock: { now: () => Date.now() as never },
  });
  try {
    await ledger.endorse({ contract: 'org.hyperledger.fabric', function: 'GetMetadata', args: [], as: 'recorder' });
  } finally {
    await ledger.close();
  }
}
