// Builds the faces, starts a server of its own on an empty folder, and runs the browser journeys against it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserEnvironment } from './browser.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const port = 18_000 + (process.pid % 1_000);
const url = `http://127.0.0.1:${port}`;
const bankPort = port + 1_000;

const build = spawnSync('npm', ['run', '--silent', 'build', '--workspace', 'web'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const data = mkdtempSync(join(tmpdir(), 'tanhui-e2e-'));
const server = spawn(process.execPath, ['--conditions=tanhui-source', 'scripts/e2e-server.ts'], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    ...foreign(process.env),
    ...{ TANHUI_DATA: data, TANHUI_PORT: String(port), TANHUI_LOG: 'warn', E2E_BANK_PORT: String(bankPort) },
  },
});
let status = 1;
try {
  await ready();
  const run = spawnSync('playwright', ['test', '--config', 'web/e2e/playwright.config.ts', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(await browserEnvironment()),
      TANHUI_URL: url,
      E2E_BANK_URL: `http://127.0.0.1:${bankPort}`,
    },
  });
  status = run.status ?? 1;
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
process.exit(status);

/** The server refuses variables of ours that it does not know; the test run has some of its own. */
function foreign(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TANHUI_')));
}

async function ready() {
  for (let tried = 0; tried < 300; tried += 1) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the server did not come up');
}
