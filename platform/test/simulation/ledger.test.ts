import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerUnderTest } from '../../src/ledger/conformance/harness.ts';
import { createEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.ts';
import { openLedgerFiles, rebuildEmbeddedState } from '../../src/ledger/embedded/files.ts';
import { readConnection } from '../../src/ledger/fabric/connection.ts';
import { createFabricLedger } from '../../src/ledger/fabric/fabric-ledger.ts';
import { systemClock } from '../../src/runtime/index.ts';
import type { TestNetwork } from '../support/fabric.ts';
import { fabricSkip, fabricVersion, startTestNetwork } from '../support/fabric.ts';
import type { Figures } from '../support/ledgers/duel.ts';
import { duel, lastLook } from '../support/ledgers/duel.ts';
import { writeScript } from '../support/ledgers/script.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/probe/dist/index.js', import.meta.url));
/** Another seed or a longer run by hand: `SIMULATION_SEED=7 SIMULATION_STEPS=5000 npx vitest run platform/test/simulation/ledger.test.ts`. */
const steps = Number(process.env['SIMULATION_STEPS'] ?? 250);
const given = process.env['SIMULATION_SEED'];
const seeds = given === undefined ? [1, 2, 3] : [Number(given)];
const timeout = 600_000;

async function play(under: LedgerUnderTest, seed: number, figures: Figures): Promise<void> {
  try {
    await duel(under, [...writeScript(seed, steps), lastLook(seed)], figures);
  } catch (failure) {
    throw new Error(`seed ${String(seed)}: ${(failure as Error).message}`, { cause: failure });
  }
}

/** Every validation code and refusal that a script can lead to has come about: what is never reached proves nothing. */
function expectReached(figures: Figures): void {
  const codes = ['0', '9', '10', '11', '12', 'order-failed', 'answered', 'contract-refused', 'PROBE_REFUSED'];
  const refusals = ['FORBIDDEN', 'ARGUMENT_INVALID', 'LEAVES_INVALID', 'HEADER_MISMATCH', 'DAY_CLOSED', 'DAY_NOT_OVER'];
  const taken = ['METHODOLOGY_EXISTS', 'BATCH_EXISTS', 'SETTLEMENT_EXISTS', 'METHODOLOGY_NOT_IN_FORCE'];
  const unknown = ['METHODOLOGY_UNKNOWN', 'BATCH_UNKNOWN', 'DAY_UNKNOWN', 'SETTLEMENT_UNKNOWN'];
  const wanted = [...codes, ...refusals, ...taken, ...unknown];
  expect(wanted.filter((name) => !figures.has(name))).toEqual([]);
}

describe('the embedded engine against a model of Fabric’s rules', () => {
  const figures: Figures = new Map();

  it.each(seeds)(
    'does as the model does, across restarts, and comes from its blocks again: seed %i',
    { timeout },
    async (seed) => {
      const folder = mkdtempSync(join(tmpdir(), 'tanhui-duel-'));
      const open = () =>
        createEmbeddedLedger({
          folder,
          contractsModule,
          clock: systemClock,
          execution: seed % 2 === 0 ? 'each-organisation' : 'once',
          collections: [{ name: 'probe', members: ['PlatformMSP', 'CityMSP'] }],
        });
      let client = await open();
      const restart = async (): Promise<void> => {
        await client.close();
        client = await open();
      };
      await play({ client: () => client, restart, close: () => client.close() }, seed, figures);
      await client.close();
      const { blocks, state } = openLedgerFiles(folder);
      const left = { blocks: blocks.height(), stateDigest: state.digest() };
      state.close();
      blocks.close();
      expect(rebuildEmbeddedState(folder)).toEqual(left);
      rmSync(folder, { recursive: true });
    },
  );

  it.skipIf(given !== undefined)('has come to every code that there is', () => {
    expectReached(figures);
  });
});

const because = fabricSkip === undefined ? '' : ` (${fabricSkip})`;

describe.skipIf(fabricSkip !== undefined)(
  `Hyperledger Fabric ${fabricVersion} against the same model${because}`,
  () => {
    const figures: Figures = new Map();
    let network: TestNetwork;
    let under: LedgerUnderTest;

    beforeAll(async () => {
      network = await startTestNetwork({ isProbe: true });
      const connection = readConnection(readFileSync(network.connectionFile, 'utf8'));
      const client = await createFabricLedger({ connection, clock: systemClock, endorseAttempts: 5 });
      under = { client: () => client, close: () => client.close() };
    });

    afterAll(async () => {
      await under.close();
      await network.remove();
    });

    it.each(seeds)('does as the model does: seed %i', { timeout }, async (seed) => {
      await play(under, seed, figures);
    });

    it.skipIf(given !== undefined)('has come to every code that there is', () => {
      expectReached(figures);
    });
  },
);
