import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFabric } from '../platform/src/cli/fabric-binaries.ts';
import { readConnection } from '../platform/src/ledger/fabric/connection.ts';
import { createFabricLedger } from '../platform/src/ledger/fabric/fabric-ledger.ts';
import { orderEnvelope } from '../platform/src/ledger/index.ts';
import { systemClock } from '../platform/src/runtime/index.ts';
import { checkout } from './fabric/command.ts';
import { placesOf } from './fabric/layout.ts';
import { processesOf, startNetwork, stopNetwork } from './fabric/network.ts';
import { canOrderBft } from './fabric/ordering.ts';
import { endProcesses } from './fabric/processes.ts';

const root = mkdtempSync(join(tmpdir(), 'tanhui-bft-'));
const folder = join(root, 'network');
const found = findFabric(process.env);
const knowsBft = found.isUsable && canOrderBft(found.binaries);
const because = found.isUsable ? found.version : `(${found.reason})`;
const patienceMs = 90_000;

afterAll(async () => {
  await stopNetwork(folder);
  rmSync(root, { recursive: true });
}, patienceMs);

function start() {
  if (!found.isUsable) throw new Error(found.reason);
  return startNetwork({
    ...{ folder, binaries: found.binaries, checkout, profile: 'bft-4', isProbe: false },
    say: () => undefined,
  });
}

/** Brings one methodology onto the ledger. */
async function register(version: string): Promise<string> {
  const connection = readConnection(readFileSync(placesOf(folder).connection, 'utf8'));
  const ledger = await createFabricLedger({ connection, clock: systemClock });
  try {
    const text = JSON.stringify({
      digest: 'a'.repeat(64),
      id: 'example.metro',
      v: 1,
      validFrom: '2026-01-01',
      version,
    });
    const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args: [text], as: 'registrar' });
    return (await orderEnvelope(ledger, { ...endorsed, mayBeOrdered: false, timeoutMs: patienceMs })).end;
  } finally {
    await ledger.close();
  }
}

describe.skipIf(!knowsBft)(
  `four BFT orderers of Hyperledger Fabric ${knowsBft || !found.isUsable ? because : `${because} (knows no BFT ordering; 3.1.5 does)`}`,
  { timeout: patienceMs },
  () => {
    it('order although one of them is dead, and again after a restart', async () => {
      await start();
      expect(processesOf(folder).filter(({ name }) => name.startsWith('orderer'))).toHaveLength(4);
      expect(await register('1')).toBe('valid');
      // The first one leads a new channel.
      await endProcesses(
        processesOf(folder).filter(({ name }) => name === 'orderer1'),
        'SIGKILL',
      );
      expect(await register('2')).toBe('valid');
      await stopNetwork(folder);
      await start();
      expect(await register('3')).toBe('valid');
    });
  },
);

describe.skipIf(!found.isUsable || knowsBft)(`Hyperledger Fabric ${because} without BFT ordering`, () => {
  it('refuses the profile in words, and makes nothing', async () => {
    await expect(start()).rejects.toThrow('bft-4 needs Hyperledger Fabric 3.x');
    expect(existsSync(folder)).toBe(false);
  });
});
