import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ledgerConformance } from '../conformance/ledger.contract.ts';
import { createEmbeddedLedger } from './embedded-ledger.ts';

const contractsModule = fileURLToPath(new URL('../../../../chaincode/probe/dist/index.js', import.meta.url));

ledgerConformance('the embedded engine', {
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'tanhui-conformance-'));
    const open = () =>
      createEmbeddedLedger({
        folder,
        contractsModule,
        clock: { now: () => Date.now() },
        execution: 'each-organisation',
        collections: [{ name: 'probe', members: ['PlatformMSP', 'CityMSP'] }],
      });
    let client = await open();
    return {
      client: () => client,
      async restart() {
        await client.close();
        client = await open();
      },
      async close() {
        await client.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
