import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createClient } from '@tanhui/sdk/client';
import { compose, orStop } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { tanhui } from '../support/processes.ts';
import { metroTrip } from '../support/records.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tanhui-process-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('a second server', () => {
  it('is told that its port is taken, and which setting to change, and ends', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const port = String((holder.address() as AddressInfo).port);
    const { code, output } = await tanhui(['serve'], { TANHUI_DATA: join(scratch, 'port'), TANHUI_PORT: port }).ended;
    holder.close();
    expect(code).toBe(1);
    expect(output).toContain('CONFIG_PORT_TAKEN');
    expect(output).toContain('TANHUI_PORT');
    expect(existsSync(join(scratch, 'port', 'tanhui.db.lock.pid'))).toBe(false);
  });

  it('is refused data that another one has open; the first one goes on and stops cleanly', async () => {
    const settings = { TANHUI_DATA: join(scratch, 'same') };
    const first = tanhui(['serve'], settings);
    const url = await first.listening;
    const second = await tanhui(['serve'], settings).ended;
    expect(second.code).toBe(1);
    expect(second.output).toContain(`STORAGE_LOCKED`);
    expect(second.output).toContain(String(first.child.pid));
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(existsSync(join(scratch, 'same', 'tanhui.db.lock.pid'))).toBe(false);
    expect(existsSync(join(scratch, 'same', 'server.json'))).toBe(false);
  });
});

describe('a start that fails', () => {
  it('says why, ends, and leaves nothing locked', async () => {
    const city = join(scratch, 'city');
    mkdirSync(city);
    writeFileSync(join(city, 'programmes.json'), '{"programmes": 1}');
    const settings = { TANHUI_DATA: join(scratch, 'fails'), TANHUI_CITY: city };
    const { code, output } = await tanhui(['serve'], settings).ended;
    expect(code).toBe(1);
    expect(output).toContain('METHODOLOGIES_FILE_INVALID');
    expect(existsSync(join(scratch, 'fails', 'tanhui.db.lock.pid'))).toBe(false);
  });

  it('closes ledger and store again, whatever comes after them fails', async () => {
    const folder = join(scratch, 'half-way');
    const config = parseConfig({ TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'silent' });
    const gateway = (): never => {
      throw new Error('the bank does not start');
    };
    await expect(compose(config, { gateway })).rejects.toThrow('the bank does not start');
    expect(existsSync(join(folder, 'tanhui.db.lock.pid'))).toBe(false);
    const platform = await compose(config);
    await expect(orStop(platform, () => Promise.reject(new Error('no seed')))).rejects.toThrow('no seed');
    expect(existsSync(join(folder, 'tanhui.db.lock.pid'))).toBe(false);
  });
});

describe('a stop', () => {
  it('lets a stream under way end with an answer for each record, which the next start finds', async () => {
    const settings = { TANHUI_DATA: join(scratch, 'stop'), TANHUI_SEAL_DELAY_MS: '0' };
    const first = tanhui(['serve'], settings);
    const baseUrl = await first.listening;
    const { token } = await createClient({ baseUrl, locale: 'en' }).demoSignIn('operator-demo');
    const { runs } = createClient({ baseUrl, locale: 'en', token });
    const lines = (from: number, count: number) =>
      Buffer.from(Array.from({ length: count }, (_, at) => `${JSON.stringify(metroTrip(from + at))}\n`).join(''));
    const stream = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(lines(0, 1_000));
        await expect.poll(async () => (await runs.list()).items.length).toBe(1);
        first.child.kill('SIGTERM');
        await new Promise((resolve) => setTimeout(resolve, 400));
        controller.enqueue(lines(1_000, 500));
        controller.close();
      },
    });
    const response = await fetch(`${baseUrl}/v1/sources/metro-trips/records`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: stream,
      duplex: 'half',
    });
    const answers = (await response.text()).trim().split('\n');
    expect(answers).toHaveLength(1_500);
    expect(answers.every((line) => line.includes('"outcome":"used"'))).toBe(true);
    const stopped = await first.ended;
    expect(stopped.code).toBe(0);
    expect(stopped.output).not.toContain('"level":50');
    const second = tanhui(['serve'], settings);
    const again = createClient({ baseUrl: await second.listening, locale: 'en', token });
    const [run] = (await again.runs.list()).items;
    expect(run?.counts.records).toMatchObject({ read: 1_500, used: 1_500 });
    await expect.poll(async () => (await again.operations.stuck(0)).days).toEqual([]);
    // As a terminal and npm pass one press of Ctrl-C on.
    second.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 50));
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(0);
  });
});

describe('a demo', () => {
  it('is removed only where it is one, only when asked twice, and never under a running server', async () => {
    const settings = { TANHUI_DATA: join(scratch, 'demo') };
    const running = tanhui(['serve'], settings);
    await running.listening;
    expect((await tanhui(['reset', '--yes'], settings).ended).output).toContain('STORAGE_LOCKED');
    running.child.kill('SIGTERM');
    await running.ended;
    expect((await tanhui(['reset'], settings).ended).code).toBe(1);
    expect(existsSync(join(scratch, 'demo', 'keys.json'))).toBe(true);
    expect(await tanhui(['reset', '--yes'], settings).ended).toMatchObject({ code: 0 });
    expect(existsSync(join(scratch, 'demo', 'keys.json'))).toBe(false);
    expect((await tanhui(['reset', '--yes'], settings).ended).output).toContain('CONFIG_NO_DEMO_HERE');
  });
});
