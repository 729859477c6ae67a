// `npm run slowest`: what the last `npm test` spent its time on, by file and by test.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const shown = 20;
const tests = [...ofVitest(read('vitest.json')), ...ofPlaywright(read('playwright.json'))];
if (tests.length === 0) {
  console.log('Nothing was measured yet: npm test measures.');
  process.exit(1);
}

const files = new Map();
for (const { file, ms } of tests) files.set(file, (files.get(file) ?? 0) + ms);
print(
  'files',
  [...files].map(([file, ms]) => ({ name: file, ms })),
);
print(
  'tests',
  tests.map(({ file, title, ms }) => ({ name: `${file}: ${title}`, ms })),
);

function read(report) {
  const path = join(root, '.cache', report);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function ofVitest({ testResults = [] }) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, duration }) => ({ file: name.replace(`${root}/`, ''), title, ms: duration ?? 0 })),
  );
}

function ofPlaywright({ suites = [] }) {
  return suites.flatMap(({ file, specs = [], suites: inner }) => [
    ...specs.map(({ title, tests: runs }) => ({
      file: `web/e2e/${file}`,
      title,
      ms: runs.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0),
    })),
    ...ofPlaywright({ suites: inner }),
  ]);
}

function print(what, lines) {
  console.log(`\nThe slowest ${what}, in seconds:`);
  for (const { name, ms } of lines.toSorted((one, other) => other.ms - one.ms).slice(0, shown))
    console.log(`${(ms / 1000).toFixed(1).padStart(7)}  ${name}`);
}
