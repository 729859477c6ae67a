import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { announce, announced } from '../../src/cli/announced.ts';
import { operatorToken, reachServer } from '../../src/cli/server.ts';
import { lockFile } from '../../src/compose/lock.ts';
import { parseConfig } from '../../src/config.ts';
import { tanhui } from '../support/processes.ts';
import { metroTrip } from '../support/records.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tanhui-command-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** An installation that has keys and no server. */
async function installation(name: string) {
  const settings = { TANHUI_DATA: join(scratch, name) };
  const config = parseConfig(settings);
  await operatorToken(config);
  return { settings, config };
}

/** Something that listens and is no server of ours; gives its port. */
async function listenAs(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** What the terminal shows of anything that goes wrong: a code, a next step in both languages, and nothing of our code. */
function expectPlain(output: string, code: string): void {
  expect(output).toContain(`${code}: `);
  expect(output).toMatch(/\p{Script=Han}.*。$/mu);
  expect(output).not.toMatch(/^ +at /m);
}

describe('a command whose server', () => {
  it('was killed starts one of its own, and does not believe what the killed one left', async () => {
    const settings = { TANHUI_DATA: join(scratch, 'killed') };
    const server = tanhui(['serve'], settings);
    await server.listening;
    server.child.kill('SIGKILL');
    await server.ended;
    expect(existsSync(join(scratch, 'killed', 'server.json'))).toBe(true);
    expect(await tanhui(['status'], settings).ended).toEqual({
      code: 0,
      output: 'nothing is paused, nothing is stuck\n',
    });
    expect(existsSync(join(scratch, 'killed', 'server.json'))).toBe(false);
  });

  it('was followed on its port by somebody else’s does not take that one for its own', async () => {
    const { config } = await installation('followed');
    const stranger = await listenAs((request, response) => {
      response.writeHead(request.url === '/health' ? 200 : 401).end('{}');
    });
    announce(config, stranger.port);
    const server = await reachServer({ ...config, logLevel: 'silent' });
    await server.close();
    stranger.close();
    expect(server.url).not.toContain(String(stranger.port));
    expect(announced(config)).toBeUndefined();
  });

  it('falls silent midway says where nothing answers, and what to do', async () => {
    const { settings, config } = await installation('silent');
    const trips = join(scratch, 'trips.ndjson');
    writeFileSync(trips, JSON.stringify(metroTrip(1)));
    const dying = await listenAs((request, response) => {
      if (request.url === '/v1/programmes') response.end('[]');
      else if (request.url === '/v1/runs') response.writeHead(200, { 'content-length': 99 }).write('{"run":');
      setImmediate(() => request.socket.destroy());
    });
    announce(config, dying.port);
    for (const command of [['status'], ['import', 'metro-trips', trips, '--json']]) {
      const { code, output } = await tanhui(command, settings).ended;
      expect(code, output).toBe(1);
      expectPlain(output, 'COMMAND_NO_ANSWER');
      expect(output).toContain(`http://127.0.0.1:${String(dying.port)}`);
      expect(output).toContain('tanhui serve');
    }
    dying.close();
  });

  it('is starting waits for it with a word, and goes on when it can', async () => {
    const { settings, config } = await installation('starting');
    const release = lockFile(join(config.dataFolder, 'tanhui.db.lock'));
    const command = tanhui(['status'], settings);
    await new Promise((resolve) => command.child.stderr?.once('data', resolve));
    release();
    const { code, output } = await command.ended;
    expect(output).toContain(`Process ${String(process.pid)} has the data folder open`);
    expect(output).toContain('nothing is stuck');
    expect(code).toBe(0);
  });

  it('never answers is not waited for without end', async () => {
    const { config } = await installation('never');
    const release = lockFile(join(config.dataFolder, 'tanhui.db.lock'));
    let told = 0;
    const impatient = { waitMs: 100, betweenMs: 20, onWaiting: () => (told += 1) };
    await expect(reachServer(config, impatient)).rejects.toMatchObject({
      code: 'COMMAND_FOLDER_BUSY',
      details: { folder: config.dataFolder, seconds: 0.1, process: process.pid },
    });
    release();
    expect(told).toBe(1);
  });
});

describe('a server that listens at', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((all = []) => all.some(({ family }) => family === 'IPv6'));
  const hosts = { '0.0.0.0': '127.0.0.1', ...(hasIpv6 && { '::': '[::1]' }) };
  it.for(Object.entries(hosts))('%s is reached by commands, and says how', async ([host, reached]) => {
    const settings = { TANHUI_DATA: join(scratch, `at-${host.replaceAll(/\W/g, '')}`), TANHUI_HOST: host };
    const server = tanhui(['serve'], settings);
    const url = await server.listening;
    expect(new URL(url).hostname).toBe(reached);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    // Were it not reached, the command would find the folder taken, wait and be refused.
    expect(await tanhui(['status'], settings).ended).toEqual({
      code: 0,
      output: 'nothing is paused, nothing is stuck\n',
    });
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });
});

describe('a list', () => {
  it('of nothing says so to people, and nothing to a program', async () => {
    const settings = { TANHUI_DATA: join(scratch, 'lists') };
    const server = tanhui(['serve'], settings);
    await server.listening;
    for (const [command, said] of [
      ['credentials', 'no credential has been issued yet'],
      ['runs', 'nothing has been imported yet'],
      ['reconcile', 'no day has been reconciled yet'],
    ] as const) {
      const { code, output } = await tanhui([command, 'list'], settings).ended;
      expect(output).toMatch(new RegExp(`^${said}.*\\n$`));
      expect(code).toBe(0);
      expect(await tanhui([command, 'list', '--json'], settings).ended).toEqual({ code: 0, output: '' });
    }
    const trips = join(scratch, 'listed.ndjson');
    writeFileSync(trips, JSON.stringify(metroTrip(1)));
    await tanhui(['import', 'metro-trips', trips, '--json'], settings).ended;
    expect((await tanhui(['runs', 'list'], settings).ended).output).toMatch(
      /^run_\S+ {2}finished {2}metro-trips .*\n$/,
    );
    server.child.kill('SIGTERM');
    await server.ended;
  });
});

describe('making the ledger’s state again', () => {
  const rebuild = (folder: string) => tanhui(['rebuild-ledger'], { TANHUI_DATA: folder }).ended;

  it('waits for the server to be stopped, and says so plainly', async () => {
    const folder = join(scratch, 'rebuilt');
    const server = tanhui(['serve'], { TANHUI_DATA: folder });
    await server.listening;
    const busy = await rebuild(folder);
    expect(busy.code).toBe(1);
    expectPlain(busy.output, 'LEDGER_IN_USE');
    expect(busy.output).toContain(join(folder, 'ledger'));
    server.child.kill('SIGTERM');
    await server.ended;
    expect(JSON.parse((await rebuild(folder)).output)).toMatchObject({ blocks: 1 });
  });

  it('says plainly where there is no ledger, and makes none', async () => {
    const folder = join(scratch, 'nobody-was-here');
    const { code, output } = await rebuild(folder);
    expect(code).toBe(1);
    expectPlain(output, 'LEDGER_NOT_HERE');
    expect(existsSync(folder)).toBe(false);
  });
});

describe('settings that do not fit the machine', () => {
  it('are refused plainly where the data folder is a file, or stands in one', async () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');
    for (const [command, folder, reason] of [
      ['serve', file, 'EEXIST'],
      ['status', join(file, 'data'), 'ENOTDIR'],
    ] as const) {
      const { code, output } = await tanhui([command], { TANHUI_DATA: folder }).ended;
      expect(code).toBe(1);
      expectPlain(output, 'CONFIG_DATA_UNUSABLE');
      expect(output).toContain(`folder ${folder}`);
      expect(output).toContain(reason);
    }
  });

  it('are refused plainly where the keys are damaged', async () => {
    const folder = join(scratch, 'damaged');
    mkdirSync(folder);
    writeFileSync(join(folder, 'keys.json'), '{"pseudonym":');
    const { code, output } = await tanhui(['status'], { TANHUI_DATA: folder }).ended;
    expect(code).toBe(1);
    expectPlain(output, 'CONFIG_KEYS_UNREADABLE');
  });

  it('are refused plainly where the address is not one of this machine', async () => {
    const settings = { TANHUI_DATA: join(scratch, 'elsewhere'), TANHUI_HOST: '192.0.2.1' };
    const { code, output } = await tanhui(['serve'], settings).ended;
    expect(code).toBe(1);
    expectPlain(output, 'CONFIG_HOST_UNUSABLE');
    expect(output).toContain('TANHUI_HOST');
    expect(existsSync(join(scratch, 'elsewhere', 'tanhui.db.lock.pid'))).toBe(false);
  });
});

describe('a reader that stops reading', () => {
  it('ends nothing with a stack trace, as `| head -1` does', async () => {
    const { child, ended } = tanhui(['methodologies'], { TANHUI_DATA: join(scratch, 'head') });
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, output: '' });
  });
});
