import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetAnswers, keptAnswers } from '../../src/http/index.ts';
import { performOnce } from '../../src/http/idempotency.ts';
import { Refusal } from '../../src/kernel/index.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';

const dayMs = 86_400_000;

describe('Idempotency-Key over HTTP', () => {
  let city: City;
  let operator: string;
  beforeAll(async () => {
    city = await openCity();
    operator = await city.tokenOf('operator-demo');
  });
  afterAll(() => city.close());

  async function openRun(key: string, source = 'metro-trips') {
    const response = await fetch(`${city.url}/v1/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ source, programme: 'qingdao-demo' }),
    });
    return {
      body: (await response.json()) as { run?: string; code?: string },
      replayed: response.headers.get('idempotency-replayed'),
    };
  }

  it('opens one run for one key, and flags the replay', async () => {
    const first = await openRun('open-run-1');
    const again = await openRun('open-run-1');
    expect(again.body).toEqual(first.body);
    expect([first.replayed, again.replayed]).toEqual([null, 'true']);
    expect((await openRun('open-run-2')).body.run).not.toBe(first.body.run);
    expect((await city.clientOf(operator).runs.list()).items).toHaveLength(2);
  });

  it('refuses a key with another body, and frees a key whose act was refused', async () => {
    await openRun('open-run-3');
    expect((await openRun('open-run-3', 'mobike-orders')).body.code).toBe('HTTP_IDEMPOTENCY_CONFLICT');
    expect((await openRun('open-run-4', 'no-such')).body.code).toBe('PLUGINS_UNKNOWN_SOURCE');
    expect((await openRun('open-run-4', 'metro-trips')).body.run).toMatch(/^run_/);
    expect((await openRun('short')).body.code).toBe('HTTP_IDEMPOTENCY_KEY_MISSING');
  });

  it('does one act when two requests with one key come at once', async () => {
    const before = (await city.clientOf(operator).runs.list()).items.length;
    const answers = await Promise.all(Array.from({ length: 5 }, () => openRun('open-run-5')));
    const runs = new Set(answers.flatMap(({ body }) => body.run ?? []));
    expect(runs.size).toBe(1);
    for (const { body } of answers) expect(body.run ?? body.code).toMatch(/^run_|HTTP_IDEMPOTENCY_UNDER_WAY/);
    expect((await city.clientOf(operator).runs.list()).items).toHaveLength(before + 1);
  });

  it('keeps apart the keys of two organisations that trade their secrets', async () => {
    const { access } = city.clientOf(operator);
    const issued = await Promise.all(
      ['one-partner', 'other-partner'].map((subject) =>
        access.issue({ role: 'partner', subject, label: 'x' }, `issue-${subject}`),
      ),
    );
    const trade = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': 'nightly-token' };
      const response = await fetch(`${city.url}/v1/tokens`, { method: 'POST', headers });
      return ((await response.json()) as { readonly code?: string }).code ?? response.status;
    };
    for (const { secret } of issued) expect(await trade(secret)).toBe(200);
    expect(await trade(issued[0]?.secret ?? '')).toBe('HTTP_IDEMPOTENCY_SECRET_SHOWN');
    const kept = await city.platform.services.store.find(keptAnswers, { index: 'key', limit: 100 });
    for (const { secret } of issued) expect(JSON.stringify(kept)).not.toContain(secret);
  });

  it('never keeps a secret', async () => {
    const asked = { role: 'partner' as const, subject: 'once-partner', label: 'x' };
    const { access } = city.clientOf(operator);
    const { secret } = await access.issue(asked, 'issue-once');
    await expect(access.issue(asked, 'issue-once')).rejects.toMatchObject({ code: 'HTTP_IDEMPOTENCY_SECRET_SHOWN' });
    const kept = await city.platform.services.store.find(keptAnswers, { index: 'key', limit: 100 });
    expect(JSON.stringify(kept)).not.toContain(secret);
  });
});

describe('an act whose end was not seen', () => {
  const store = createSqliteStore({ path: ':memory:', collections: [keptAnswers] });
  let now = Date.UTC(2026, 10, 25, 4);
  const deps = { store, clock: { now: () => now } };
  const act = (key: string, isRepeatable: boolean) => ({
    caller: 'citizen/a',
    key,
    fingerprint: 'f',
    isRepeatable,
    isSecret: false,
  });
  const dies = () => Promise.reject(new Error('the process died here'));
  const answers = () => Promise.resolve({ done: true });
  afterAll(() => store.close());

  it('is unknown where its module does not know the key', async () => {
    await expect(performOnce(deps, act('lost', false), dies)).rejects.toThrow('the process died here');
    await expect(performOnce(deps, act('lost', false), answers)).rejects.toMatchObject({
      code: 'HTTP_IDEMPOTENCY_UNDER_WAY',
    });
    now += 60_000;
    await expect(performOnce(deps, act('lost', false), answers)).rejects.toMatchObject({
      code: 'HTTP_IDEMPOTENCY_UNKNOWN',
    });
  });

  it('is tried again where its module knows the key', async () => {
    await expect(performOnce(deps, act('again', true), dies)).rejects.toThrow();
    expect(await performOnce(deps, act('again', true), answers)).toEqual({ answer: { done: true }, isReplay: false });
    expect(await performOnce(deps, act('again', true), dies)).toEqual({ answer: { done: true }, isReplay: true });
  });

  it('frees its key when it was refused', async () => {
    const refuses = () => Promise.reject(new Refusal('X', 'conflict'));
    await expect(performOnce(deps, act('refused', false), refuses)).rejects.toMatchObject({ code: 'X' });
    expect(await performOnce(deps, act('refused', false), answers)).toMatchObject({ isReplay: false });
  });

  it('answers a key for a day at least, and forgets it after two', async () => {
    await performOnce(deps, act('old', false), answers);
    now += dayMs - 1;
    expect(await performOnce(deps, act('old', false), dies)).toMatchObject({ isReplay: true });
    now += dayMs + 1;
    expect(await performOnce(deps, act('old', false), answers)).toMatchObject({ isReplay: false });
    await forgetAnswers(deps);
    const left = await store.find(keptAnswers, { index: 'key', limit: 100 });
    expect(left.items).toHaveLength(1);
  });
});
