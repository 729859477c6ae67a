import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required } from '../../kernel/index.ts';
import { ledgerConformance } from '../conformance/ledger.contract.ts';
import { createEmbeddedLedger } from './embedded-ledger.ts';
import type { EmbeddedIdentities } from './identities.ts';

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
      identities() {
        const text = readFileSync(join(folder, 'identities.json'), 'utf8');
        const { endorsers, roles } = JSON.parse(text) as EmbeddedIdentities;
        return Promise.resolve({ peer: required(endorsers[0], 'endorser'), client: roles.auditor });
      },
      async close() {
        await client.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
