import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateDay } from '@tanhui/green-travel/simulation';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterEach, describe, expect, it } from 'vitest';
import { operatorToken } from '../../src/cli/server.ts';
import { parseConfig } from '../../src/config.ts';
import { tanhui } from '../support/processes.ts';

const trips = 4_000;
const batchSize = 200;
const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A server of its own on a folder, started anew as often as it is killed. */
async function startServer(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const settings = { TANHUI_DATA: folder, TANHUI_LOG: 'silent', TANHUI_SEAL_DELAY_MS: '20' };
  const { child, listening } = tanhui(['serve'], settings);
  children.push(child);
  return { child, url: await listening };
}

function batches(): string[] {
  const day = addDays(dayOf(Date.UTC(2026, 10, 20)), 0);
  const lines = [...simulateDay({ seed: 'kill', day, people: 500, trips })].map((trip) => JSON.stringify(trip));
  return Array.from({ length: Math.ceil(lines.length / batchSize) }, (_, at) =>
    lines.slice(at * batchSize, (at + 1) * batchSize).join('\n'),
  );
}

/** Sends every batch until it is acknowledged; kills the server while the batches named are on their way. */
async function importAll(kills: ReadonlySet<number>): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-kill-'));
  folders.push(folder);
  const headers = { authorization: `Bearer ${await operatorToken(parseConfig({ TANHUI_DATA: folder }))}` };
  let server = await startServer(folder);
  const opened = await fetch(`${server.url}/v1/runs`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'metro-trips', programme: 'qingdao-demo' }),
  });
  const { run } = (await opened.json()) as { run: string };
  for (const [at, body] of batches().entries()) {
    let isDue = kills.has(at);
    for (let isTaken = false; !isTaken;) {
      const answer = fetch(`${server.url}/v1/sources/metro-trips/records?run=${run}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-ndjson' },
        body,
      }).then(
        async (response) => response.ok && (await response.text()).split('\n').length > batchSize,
        () => false,
      );
      if (isDue) {
        await new Promise((resolve) => setTimeout(resolve, (at * 7) % 23));
        server.child.kill('SIGKILL');
        await new Promise((resolve) => server.child.once('exit', resolve));
        isDue = false;
        await answer;
        server = await startServer(folder);
      } else isTaken = await answer;
    }
  }
  const finish = await fetch(`${server.url}/v1/runs/${run}/finish`, { method: 'POST', headers });
  const { records, activities, reductionMilligrams, sealed } = (await finish.json()) as Finished;
  const { items } = (await (await fetch(`${server.url}/v1/audit/days`, { headers })).json()) as {
    items: { day: string }[];
  };
  for (const { day } of items) {
    const { adds } = (await (await fetch(`${server.url}/v1/audit/days/${day}`, { headers })).json()) as {
      adds: { holds: boolean }[];
    };
    expect(adds.map(({ holds }) => holds)).toEqual([true, true, true]);
  }
  return { used: records.used, accepted: activities.accepted, reductionMilligrams, sealedRecords: sealed.records };
}

interface Finished {
  readonly records: { readonly used: number };
  readonly activities: { readonly accepted: Readonly<Record<string, number>> };
  readonly reductionMilligrams: string;
  readonly sealed: { readonly records: number };
}

describe('kill -9', () => {
  it('loses nothing that was acknowledged, wherever it falls during an import', async () => {
    const unbroken = await importAll(new Set());
    const broken = await importAll(new Set([1, 6, 11, 17]));
    expect(broken).toEqual(unbroken);
    expect(broken).toMatchObject({ used: 3_624, sealedRecords: 3_624 });
  });
});
