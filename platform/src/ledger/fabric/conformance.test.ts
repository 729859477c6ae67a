import { readFileSync } from 'node:fs';
import { fabricSkip, fabricVersion, startTestNetwork } from '../../../test/support/fabric.ts';
import { systemClock } from '../../runtime/index.ts';
import { ledgerConformance } from '../conformance/ledger.contract.ts';
import { readConnection } from './connection.ts';
import { createFabricLedger } from './fabric-ledger.ts';

ledgerConformance(`Hyperledger Fabric ${fabricVersion}`, {
  skip: fabricSkip,
  async open() {
    const network = await startTestNetwork({ isProbe: true });
    const connection = readConnection(readFileSync(network.connectionFile, 'utf8'));
    const connect = () => createFabricLedger({ connection, clock: systemClock });
    let client = await connect();
    return {
      client: () => client,
      async restart() {
        await client.close();
        await network.stop();
        await network.start();
        client = await connect();
      },
      identities: () => Promise.resolve({ peer: network.peerIdentity(), client: connection.identities.auditor }),
      async close() {
        await client.close();
        await network.remove();
      },
    };
  },
});
