// The README's test command: installs what needs no root, runs every check and every suite, and ends with one line that counts them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, projectEnvironment, root } from './install.mjs';
import { runWhole } from './run-whole.mjs';
import { lastLines, readPlaywright, readVitest } from './suite-reports.mjs';

const failures = [];
const total = { passed: 0, failed: 0, skipped: 0 };
const cache = join(root, '.cache');

installPackages();
mkdirSync(cache, { recursive: true });
// The suites start hundreds of processes out of the same sources: each reads what the first one compiled.
const environment = projectEnvironment({ TZ: 'Asia/Shanghai', NODE_COMPILE_CACHE: join(cache, 'compiled') });

await check('contract build', 'build', '--workspace', 'chaincode');
// Two lanes, because neither keeps two cores busy alone: the suites in Node wait for disks and clocks, the checks run one at a time.
await Promise.all([unitSuite(), checksAndBrowser()]);

for (const { name, why } of failures) console.log(`\n✗ ${name}\n${why}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

function unitSuite() {
  const report = join(cache, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return suite('vitest', ['vitest', 'run', ...reporters], { report, read: readVitest });
}

async function checksAndBrowser() {
  for (const name of ['format', 'lint', 'types', 'imports', 'dead-code']) await check(name, name);
  const report = join(cache, 'playwright.json');
  await suite('browser', ['node', 'web/e2e/run.mjs'], { report, read: readPlaywright });
}

async function check(name, ...script) {
  const { hasPassed, output } = await runWhole(name, ['npm', 'run', '--silent', ...script], environment);
  total[hasPassed ? 'passed' : 'failed'] += 1;
  if (!hasPassed) failures.push({ name, why: lastLines(output) });
}

async function suite(name, command, { report, read }) {
  rmSync(report, { force: true });
  const { hasPassed, output } = await runWhole(name, command, { ...environment, PLAYWRIGHT_REPORT_FILE: report });
  const told = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  // A runner that ended badly without a failed test (an unhandled error, no report) still failed.
  if (!hasPassed && told.failed === 0) told.failed = 1;
  if (!hasPassed && told.failures.length === 0) told.failures.push({ name, why: lastLines(output) });
  for (const key of Object.keys(total)) total[key] += told[key];
  failures.push(...told.failures);
}
