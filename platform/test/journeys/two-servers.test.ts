import { simulateDay } from '@tanhui/green-travel/simulation';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { createClient } from '@tanhui/sdk/client';
import { dayOf } from '@tanhui/sdk/model';
import { recomputeLeaves } from '@tanhui/sdk/verify';
import { afterAll, describe, expect, it } from 'vitest';
import { required } from '../../src/kernel/index.ts';
import { readBlock } from '../../src/ledger/blocks.ts';
import { readBacklog } from '../../src/operations/index.ts';
import { simulatedWallets } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import { mongoServerForTests } from '../support/mongo-server.ts';
import type { OneServer, SharedCity } from '../support/two-servers.ts';
import { openSharedCity, people } from '../support/two-servers.ts';

const mongo = await mongoServerForTests();
afterAll(() => mongo?.stop());

const day = dayOf(Date.now() - 2 * 86_400_000);
const trips = [...simulateDay({ seed: 'two-servers', day, people: 30, trips: 800 })];
const batches = Array.from({ length: 8 }, (_, at) => trips.slice(at * 100, (at + 1) * 100));
const accounts = ['SIM-000003', 'SIM-000011', 'SIM-000019'];
const leafBytes = 64;
const nullifierAt = 16;
const patience = { timeout: 120_000, interval: 100 };
let cities = 0;

async function openCity(): Promise<SharedCity> {
  return openSharedCity(required(mongo, 'server').uriOf(`tanhui_two_${String(process.pid)}_${String((cities += 1))}`));
}

/** Sends a batch to the first of the servers that takes it whole; sending it again is safe. A server may be gone or busy, but not at fault. */
async function send(city: SharedCity, urls: readonly string[], { run, at }: { run: string; at: number }) {
  const body = (batches[at] ?? []).map((trip) => JSON.stringify(trip)).join('\n');
  const headers = { authorization: `Bearer ${city.operatorToken}`, 'content-type': 'application/x-ndjson' };
  const deadline = Date.now() + patience.timeout;
  for (let tried = 0; tried < urls.length || Date.now() < deadline; tried += 1) {
    const url = urls[tried % urls.length] ?? '';
    const request = fetch(`${url}/v1/sources/metro-trips/records?run=${run}`, { method: 'POST', headers, body });
    const said = await request.then((answer) => answer.text()).catch(() => '');
    expect(said).not.toContain('DEFECT');
    if (said.trim().split('\n').length === batches[at]?.length) return;
    // Of a server that was killed a transaction may be open for a while.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`nobody took batch ${String(at)}`);
}

/** Everybody redeems some fen three times, each at one server. */
async function redeemAll(city: SharedCity, urls: readonly string[], round: string): Promise<void> {
  for (const [at, citizen] of people.entries()) {
    const { me } = await city.signedIn(urls[at % urls.length] ?? '', citizen);
    for (let time = 0; time < 3; time += 1)
      await me.redeem(String(1 + ((at + time) % 3)), `${round}-${citizen}-${String(time)}`);
  }
}

/** Nothing waits to be sealed or paid, also what was sent to the bank a moment ago and is asked for only later. */
async function atRest({ store }: SharedCity): Promise<void> {
  await expect
    .poll(async () => {
      const { days, batches: open, due, unresolved, unsealed, seals } = await readBacklog(store);
      return [...days, ...open, ...due, ...unresolved, ...unsealed, ...seals];
    }, patience)
    .toEqual([]);
}

type Blow = (city: SharedCity, first: OneServer) => Promise<void>;

/** Three people bind a card and a wallet each. */
async function bindAll(city: SharedCity, url: string): Promise<void> {
  for (const [at, citizen] of people.entries()) {
    const { me } = await city.signedIn(url, citizen);
    const { version: consent } = await me.consentText();
    await me.bindAccount({ source: 'metro-trips', account: accounts[at] ?? '', consent });
    await me.bindWallet('class-3', `wallet-of-${citizen}`);
  }
}

/** A day of one city: half of the trips, money, more trips while something is done to the server that seals, the rest, and money again. */
async function cityDay(blow?: Blow) {
  const city = await openCity();
  const operatorAt = (url: string) => createClient({ baseUrl: url, locale: 'en', token: city.operatorToken });
  try {
    const first = await city.serve('first');
    await expect.poll(() => city.holderOf('seal'), patience).toMatchObject({ token: 1 });
    const second = blow === undefined ? first : await city.serve('second');
    const both = [first.url, second.url];
    await bindAll(city, second.url);
    const { run } = await operatorAt(first.url).runs.open({ source: 'metro-trips', programme: 'qingdao-demo' });
    for (let at = 0; at < 4; at += 1) await send(city, both, { run, at });
    await atRest(city);
    await redeemAll(city, both, 'before');
    await atRest(city);
    const held = city.holdNextCommit();
    await send(city, both, { run, at: 4 });
    await held;
    expect(await city.holderOf('seal'), 'the first one seals, whoever else is there').toMatchObject({ token: 1 });
    if (blow === undefined) city.letGo();
    else await blow(city, first);
    for (let at = 4; at < 8; at += 1) await send(city, [second.url], { run, at });
    await redeemAll(city, [second.url], 'after');
    await atRest(city);
    await operatorAt(second.url).runs.finish(run);
    return { ...(await figuresOf(city, second.url)), lease: await city.holderOf('seal') };
  } finally {
    await city.close();
  }
}

/** What the agency, the bank and the ledger say when everything is at rest; each of them counted by itself. */
async function figuresOf(city: SharedCity, url: string) {
  const agency = await city.signedIn(url, 'agency-demo');
  const { adds, sealed, ...counted } = await agency.audit.day(day);
  expect(adds.map(({ holds }) => holds)).toEqual([true, true, true]);
  const { today } = await agency.programme();
  const { state, differences, books, bank, ledger } = await agency.settlements.reconciliation(today);
  expect({ state, differences }).toEqual({ state: 'open', differences: [] });
  const wallets = (await city.store.find(simulatedWallets, { index: 'key', limit: 100 })).items;
  const paid = people.map((one) => wallets.find(({ value }) => value.holder === one)?.value.balanceFen);
  return {
    day: { ...counted, sealed: { records: sealed.records, milligrams: sealed.milligrams } },
    leaves: await leavesOf(agency),
    commits: await commitsOf(city),
    batches: sealed.batches,
    paid,
    books,
    bank,
    ledger,
    settlements: (await agency.settlements.ofDay(today, { limit: 100 })).items.length,
  };
}

/** Every nullifier that stands in a sealed batch of the day: one for each record, or a record was sealed twice. */
async function leavesOf(agency: TanhuiClient): Promise<{ readonly leaves: number; readonly distinct: number }> {
  const nullifiers: string[] = [];
  for (const { batch, root } of (await agency.audit.batches({ day, limit: 100 })).items) {
    const leaves = await agency.audit.leaves(batch);
    expect(recomputeLeaves(leaves).root).toBe(root);
    for (let at = 0; at < leaves.length; at += leafBytes)
      nullifiers.push(Buffer.from(leaves.subarray(at + nullifierAt, at + nullifierAt + 16)).toString('hex'));
  }
  return { leaves: nullifiers.length, distinct: new Set(nullifiers).size };
}

/** Valid transactions on the chain, by what they did. */
async function commitsOf({ ledger }: SharedCity): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = { SealBatch: 0, SealSettlements: 0 };
  for (let number = 0; number < (await ledger.height()); number += 1)
    for (const { code, function: name } of readBlock((await ledger.block(number))?.bytes ?? new Uint8Array())
      .transactions)
      if (code === 0) found[name] = (found[name] ?? 0) + 1;
  return found;
}

describe.skipIf(mongo === undefined)('two servers on one MongoDB', { timeout: 400_000 }, () => {
  let first: ReturnType<typeof cityDay> | undefined;
  /** The same day on one server that nothing happens to. */
  const unbroken = () => (first ??= cityDay());

  it('come to what one comes to, when the one that seals is killed between the ledger and the store', async () => {
    const broken = await cityDay(async (city, first) => {
      first.child.kill('SIGKILL');
      await first.ended;
      city.letGo();
    });
    expectTheSame(broken, await unbroken());
  });

  it('come to it too when that one only stands still, and wakes after the other has taken its work over', async () => {
    const broken = await cityDay(async (city, first) => {
      first.child.kill('SIGSTOP');
      const stopped = await city.holderOf('seal');
      await expect.poll(async () => (await city.holderOf('seal'))?.holder, patience).not.toBe(stopped?.holder);
      city.letGo();
      first.child.kill('SIGCONT');
      await expect.poll(async () => (await fetch(`${first.url}/ready`)).status, patience).toBe(200);
    });
    expectTheSame(broken, await unbroken());
  });
});

/** Two senders at each of two servers, all with records of one day, and each record twice. */
describe.skipIf(mongo === undefined)('records of one day at two servers at once', () => {
  it('are taken once each, every one of them sealed, and nobody is told of a fault of ours', async () => {
    const city = await openCity();
    try {
      const urls = [(await city.serve('first')).url, (await city.serve('second')).url];
      const operator = createClient({ baseUrl: urls[0] ?? '', locale: 'en', token: city.operatorToken });
      const { run } = await operator.runs.open({ source: 'metro-trips', programme: 'qingdao-demo' });
      const sendEvery = async (url: string, from: number) => {
        for (let at = from; at < batches.length; at += 2) await send(city, [url], { run, at });
      };
      await Promise.all(urls.flatMap((url, from) => [sendEvery(url, from), sendEvery(url, from)]));
      const finished = (await operator.runs.finish(run)) as { readonly records: Readonly<Record<string, number>> };
      const { read, used = 0, duplicate, refused = 0, open } = finished.records;
      expect({ read, duplicate, open, once: used + refused }).toEqual({
        read: 1_600,
        duplicate: 800,
        open: 0,
        once: 800,
      });
      const agency = await city.signedIn(urls[1] ?? '', 'agency-demo');
      const { adds, sealed, activities } = await agency.audit.day(day);
      expect(adds.map(({ holds }) => holds)).toEqual([true, true, true]);
      expect([sealed.records, activities.accepted]).toEqual([used, used]);
      expect(await leavesOf(agency)).toEqual({ leaves: used, distinct: used });
    } finally {
      await city.close();
    }
  });
});

function expectTheSame(broken: Awaited<ReturnType<typeof cityDay>>, whole: Awaited<ReturnType<typeof cityDay>>): void {
  expect([whole.lease?.token, broken.lease?.token]).toEqual([1, 2]);
  expect(broken.day).toEqual(whole.day);
  expect(broken.leaves).toEqual(whole.leaves);
  expect(broken.leaves.distinct).toBe(broken.leaves.leaves);
  expect(broken.leaves.leaves).toBe(whole.day.activities.accepted);
  expect(broken.paid).toEqual(whole.paid);
  expect(broken.paid).toEqual(['12', '12', '12']);
  for (const side of ['books', 'bank', 'ledger'] as const) {
    expect(broken[side], side).toEqual(whole[side]);
    expect(broken[side], side).toMatchObject({ count: 18, amountFen: '36' });
  }
  for (const { commits, batches: sealed, settlements } of [broken, whole])
    expect(commits).toMatchObject({ SealBatch: sealed, SealSettlements: settlements });
}
