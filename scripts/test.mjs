// The README's test command: installs what needs no root, runs every check and every suite, and ends with one line that counts them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, projectEnvironment, root } from './install.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
const cache = join(root, '.cache');

installPackages();
mkdirSync(cache, { recursive: true });
const environment = projectEnvironment({ TZ: 'Asia/Shanghai' });

run('contract build', ['npm', 'run', '--silent', 'build', '--workspace', 'chaincode']);
for (const check of ['format', 'lint', 'types', 'imports', 'dead-code']) run(check, ['npm', 'run', '--silent', check]);
suite(['vitest', 'run', '--reporter=default', '--reporter=json'], 'vitest.json', countVitest);
if (existsSync(join(root, 'web', 'e2e', 'run.mjs')))
  suite(['node', 'web/e2e/run.mjs'], 'playwright.json', countPlaywright);

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

function run(name, [command, ...args]) {
  const started = Date.now();
  console.log(`\n— ${name}`);
  const result = spawnSync(command, args, { cwd: root, env: environment, stdio: 'inherit' });
  const passed = result.status === 0;
  total[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function suite([command, ...args], report, count) {
  const file = join(cache, report);
  rmSync(file, { force: true });
  const result = spawnSync(command, command === 'vitest' ? [...args, `--outputFile.json=${file}`] : args, {
    cwd: root,
    env: { ...environment, PLAYWRIGHT_REPORT_FILE: file },
    stdio: 'inherit',
  });
  const counted = existsSync(file)
    ? count(JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  // A runner that ended badly without a failed test (a file that does not load, an unhandled error) still failed.
  if (result.status !== 0 && counted.failed === 0) counted.failed = 1;
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
