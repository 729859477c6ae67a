import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateDay } from '@tanhui/green-travel/simulation';
import { createClient } from '@tanhui/sdk/client';
import type { Day, Receipt } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { verifyReceipt } from '@tanhui/sdk/verify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { batches, programmeDays } from '../../src/carbon/index.ts';
import { seedDemo } from '../../src/cli/demo.ts';
import type { Platform } from '../../src/compose.ts';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { takeBatch } from '../../src/intake/index.ts';
import { readBlock } from '../../src/ledger/blocks.ts';
import type { TestNetwork } from '../support/fabric.ts';
import { fabricSkip, fabricVersion, startTestNetwork } from '../support/fabric.ts';

const dayMs = 86_400_000;
const noonMs = 4 * 3_600_000;
const begunAt = Date.now();
/** The last noon in UTC+8: before the first trains of a day the demo has nothing of it yet. */
const startedAt = begunAt - ((begunAt - noonMs) % dayMs);
const patienceMs = 90_000;
const soon = { interval: 5, timeout: 60_000 };
let root = '';
let network: TestNetwork;
let platform: Platform;
const cleanUp: (() => Promise<void>)[] = [];
let url: string;

/** Settings of a platform on a data folder, on this network or (without a connection) on the embedded ledger. */
function settings(data: string, connection?: string): Parameters<typeof parseConfig>[0] {
  return {
    ...{ TANHUI_DATA: join(root, data), TANHUI_PORT: '0', TANHUI_LOG: 'silent', TANHUI_WORKERS: 'false' },
    ...(connection !== undefined && { TANHUI_LEDGER: 'fabric', TANHUI_FABRIC_CONNECTION: connection }),
  };
}

function open(data: string, connection?: string): Promise<Platform> {
  // One instant for every platform here: "today" is then as long on each.
  return compose(parseConfig(settings(data, connection)), {
    clock: { now: () => startedAt + Math.floor((Date.now() - begunAt) / 1_000) },
  });
}

async function begin(): Promise<void> {
  platform = await open('fabric', network.connectionFile);
  url = `http://127.0.0.1:${String(await platform.start())}`;
}

async function daysOf({ services }: Platform): Promise<unknown> {
  const { items } = await services.store.find(programmeDays, { index: 'key', limit: 50 });
  return items.map(({ key, value: { lastSealed, sealedMilligrams, totals } }) => ({
    key,
    lastSealed,
    sealedMilligrams,
    totals,
  }));
}

async function sealedReceipt(): Promise<{ receipt: Receipt; roots: { mspId: string; certificate: string }[] }> {
  const client = createClient({ baseUrl: url, locale: 'en' });
  const { token } = await client.demoSignIn('ctz_sim-lan');
  const citizen = createClient({ baseUrl: url, locale: 'en', token });
  const { items } = await citizen.me.trips({ limit: 50 });
  const record = items.find(({ seal }) => seal?.state === 'sealed')?.record ?? '';
  const connection = JSON.parse(readFileSync(network.connectionFile, 'utf8')) as Connection;
  return {
    receipt: await citizen.me.receipt(record),
    roots: connection.organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate })),
  };
}

interface Connection {
  readonly channel: string;
  readonly organisations: readonly { readonly mspId: string; readonly rootCertificate: string }[];
}

async function expectReceiptsToHold(): Promise<void> {
  const { receipt, roots } = await sealedReceipt();
  expect(receipt.transaction).toMatchObject({ engine: 'fabric', channel: 'carbon', chaincode: 'carbon' });
  const { steps, isValid } = await verifyReceipt(receipt, { roots, channel: 'carbon', chaincode: 'carbon' });
  expect(steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'record passed',
    'place passed',
    'signatures passed',
    'checkpoint not-yet',
  ]);
  expect(isValid).toBe(true);
  for (const endorsement of receipt.transaction.endorsements) {
    const transaction = { ...receipt.transaction, endorsements: [endorsement] };
    expect((await verifyReceipt({ ...receipt, transaction }, { roots })).isValid).toBe(false);
  }
}

/** Takes new trips of a day, without sealing them. */
async function takeTrips(day: Day, count: number): Promise<void> {
  const source = 'metro-trips';
  const fields = [...simulateDay({ seed: day, day, people: count, trips: count })];
  await takeBatch(platform.services.intake, {
    scope: { source, programme: 'qingdao-demo', settings: {}, run: `run_${day}_more` },
    records: fields.map((record, at) => ({ line: at + 1, fields: record })),
  });
}

async function openBatches() {
  return (await platform.services.store.find(batches, { index: 'open', limit: 10 })).items;
}

/** How often a transaction stands in the chain as valid. */
async function validCommits(transactionId: string): Promise<number> {
  const { ledger } = platform.services;
  let found = 0;
  for (let number = 0; number < (await ledger.height()); number += 1) {
    const block = readBlock((await ledger.block(number))?.bytes ?? new Uint8Array());
    found += block.transactions.filter(({ id, code }) => id === transactionId && code === 0).length;
  }
  return found;
}

beforeAll(async () => {
  if (fabricSkip !== undefined) return;
  root = mkdtempSync(join(tmpdir(), 'tanhui-on-fabric-'));
  network = await startTestNetwork({ isProbe: false });
  cleanUp.push(() => network.remove());
  await begin();
  cleanUp.unshift(() => platform.stop());
  await seedDemo(platform);
}, patienceMs);

afterAll(async () => {
  for (const clean of cleanUp) await clean();
  if (root !== '') rmSync(root, { recursive: true });
}, patienceMs);

const because = fabricSkip === undefined ? '' : ` (${fabricSkip})`;

describe.skipIf(fabricSkip !== undefined)(`the main job on Hyperledger Fabric ${fabricVersion}${because}`, () => {
  it('comes to the totals of the embedded ledger, day by day, all of it sealed', { timeout: patienceMs }, async () => {
    const embedded = await open('embedded');
    await seedDemo(embedded);
    const days = await daysOf(platform);
    expect(days).toHaveLength(8);
    expect(days).toEqual(await daysOf(embedded));
    await embedded.stop();
  });

  it('gives receipts that verify offline, and only with both organisations’ endorsements', expectReceiptsToHold);

  it('loses nothing when the platform starts again, and registers nothing twice', async () => {
    const before = { days: await daysOf(platform), height: await platform.services.ledger.height() };
    await platform.stop();
    await begin();
    expect({ days: await daysOf(platform), height: await platform.services.ledger.height() }).toEqual(before);
    await expectReceiptsToHold();
  });

  it('goes on by itself when every process of the network was killed and started again', async () => {
    const before = await platform.services.ledger.height();
    await network.kill('orderer1', 'platform', 'city', 'contract-platform', 'contract-city');
    await network.start();
    expect(await platform.services.ledger.height()).toBe(before);
    await expectReceiptsToHold();
    await takeTrips(addDays(dayOf(startedAt), -8), 40);
    await platform.services.sealNow();
    expect(await openBatches()).toEqual([]);
    expect(await platform.services.ledger.height()).toBeGreaterThan(before);
  });

  it.each([['platform'], ['orderer1']])(
    'knows no outcome when %s dies while a batch commits, and finds it by the transaction’s id later',
    async (victim) => {
      await takeTrips(addDays(dayOf(startedAt), victim === 'platform' ? -9 : -10), 40);
      const { sealNow } = platform.services;
      const sealing = sealNow();
      const submitted = await vi.waitFor(async () => {
        const [batch] = await openBatches();
        if (batch?.value.state !== 'submitted') throw new Error('no batch is under way');
        return batch;
      }, soon);
      await network.kill(victim);
      await sealing;
      await network.start();
      await vi.waitFor(async () => {
        await sealNow();
        expect(await openBatches()).toEqual([]);
      }, soon);
      const sealed = await platform.services.store.get(batches, submitted.key);
      const { transaction = '' } = submitted.value;
      expect(sealed?.value).toMatchObject({ state: 'sealed', transaction });
      expect(await validCommits(transaction)).toBe(1);
    },
    patienceMs,
  );

  it('refuses data that were sealed on another chain, and a channel that is not there', async () => {
    await expect(open('embedded', network.connectionFile)).rejects.toMatchObject({ code: 'LEDGER_OF_OTHER_DATA' });
    const connection = JSON.parse(readFileSync(network.connectionFile, 'utf8')) as Connection;
    const elsewhere = join(root, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify({ ...connection, channel: 'other' }));
    await expect(open('fresh', elsewhere)).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE' });
  });
});
