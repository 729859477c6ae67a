// Builds the faces, starts a city on an empty folder for each project of the journeys, and runs them against these.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserEnvironment } from './browser.mjs';
import { startCity } from './start-city.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const port = 18_000 + (process.pid % 500) * 2;
const projects = process.env.IMAGES === undefined ? ['citizen', 'desk'] : ['images'];

const build = spawnSync('npm', ['run', '--silent', 'build', '--workspace', 'web'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const cities = projects.map((_, at) => startCity(root, port + at));
let status = 1;
try {
  await Promise.all(cities.map((city) => city.ready()));
  const told = Object.fromEntries(projects.map((name, at) => [name, cities[at]]));
  const run = spawnSync('playwright', ['test', '--config', 'web/e2e/playwright.config.ts', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(await browserEnvironment()), E2E_CITIES: JSON.stringify(told) },
  });
  status = run.status ?? 1;
} finally {
  await Promise.all(cities.map((city) => city.stop()));
}
process.exit(status);
