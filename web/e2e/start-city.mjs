// A demonstration city in a process of its own, on an empty folder, with a simulated bank that may be told things.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts one at once; it may be entered once it is ready, and leaves nothing behind when it is stopped. */
export function startCity(root, port) {
  const bankPort = port + 1_000;
  const url = `http://127.0.0.1:${port}`;
  const data = mkdtempSync(join(tmpdir(), 'tanhui-e2e-'));
  const server = spawn(process.execPath, ['--conditions=tanhui-source', 'scripts/e2e-server.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...foreign(process.env),
      ...{ TANHUI_DATA: data, TANHUI_PORT: String(port), TANHUI_LOG: 'warn', E2E_BANK_PORT: String(bankPort) },
    },
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  return {
    url,
    bankUrl: `http://127.0.0.1:${bankPort}`,
    ready: () => answers(url, server),
    async stop() {
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The server refuses variables of ours that it does not know; the test run has some of its own. */
function foreign(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TANHUI_')));
}

async function answers(url, server) {
  for (let tried = 0; tried < 900 && server.exitCode === null; tried += 1) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the server did not come up');
}
