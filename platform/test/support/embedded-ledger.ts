import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../../src/ledger/index.ts';
import { systemClock } from '../../src/runtime/index.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));

/** An embedded ledger on a folder of its own, which goes when it is closed. */
export async function temporaryLedger(): Promise<LedgerClient> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-ledger-'));
  const ledger = await createEmbeddedLedger({ folder, contractsModule, clock: systemClock });
  return {
    ...ledger,
    async close() {
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}
