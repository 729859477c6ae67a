// The README's test command: installs what needs no root, runs every check and every suite, and ends with one line that counts them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, projectEnvironment, root } from './install.mjs';
import { runWhole } from './run-whole.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
const cache = join(root, '.cache');

installPackages();
mkdirSync(cache, { recursive: true });
// The suites start hundreds of processes out of the same sources: each reads what the first one compiled.
const environment = projectEnvironment({ TZ: 'Asia/Shanghai', NODE_COMPILE_CACHE: join(cache, 'compiled') });

await check('contract build', 'build', '--workspace', 'chaincode');
// Two lanes, because neither keeps two cores busy alone: the suites in Node wait for disks and clocks, the checks run one at a time.
await Promise.all([unitSuite(), checksAndBrowser()]);

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

function unitSuite() {
  const report = join(cache, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return suite('vitest', ['vitest', 'run', ...reporters], { report, count: countVitest });
}

async function checksAndBrowser() {
  for (const name of ['format', 'lint', 'types', 'imports', 'dead-code']) await check(name, name);
  const report = join(cache, 'playwright.json');
  await suite('browser', ['node', 'web/e2e/run.mjs'], { report, count: countPlaywright });
}

async function check(name, ...script) {
  const hasPassed = await runWhole(name, ['npm', 'run', '--silent', ...script], environment);
  total[hasPassed ? 'passed' : 'failed'] += 1;
}

async function suite(name, command, { report, count }) {
  rmSync(report, { force: true });
  const hasPassed = await runWhole(name, command, { ...environment, PLAYWRIGHT_REPORT_FILE: report });
  const counted = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  // A runner that ended badly without a failed test (a file that does not load, an unhandled error) still failed.
  if (!hasPassed && counted.failed === 0) counted.failed = 1;
  for (const key of Object.keys(total)) total[key] += counted[key];
}

function countVitest(report) {
  return {
    passed: report.numPassedTests,
    failed:
      report.numFailedTests +
      (report.testResults ?? []).filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
        .length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

function countPlaywright(report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats ?? {};
  return { passed: expected + flaky, failed: unexpected, skipped };
}
