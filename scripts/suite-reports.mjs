// What the suites' JSON reports say: the counts, and of each failed test its name and why, for who sees only the end of a long log.
import { isAbsolute, relative } from 'node:path';
import { root } from './install.mjs';

/** Enough for an assertion, its difference and the place; the whole stands further up. */
const mostLinesOfWhy = 40;
const colours = /\u001b\[[0-9;]*m/g;

/** The end of what was said, without colours: what fits at the end of a log. */
export function lastLines(text) {
  return text.replaceAll(colours, '').trimEnd().split('\n').slice(-mostLinesOfWhy).join('\n');
}

function firstLines(text) {
  return text.replaceAll(colours, '').trimEnd().split('\n').slice(0, mostLinesOfWhy).join('\n');
}

/** Counts and failures of a report of vitest (`--reporter=json`); a file that did not load is one failure. */
export function readVitest(report) {
  const files = report.testResults ?? [];
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failures = files.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({
        name: `${placeOf(file)} › ${test.fullName}`,
        why: firstLines(test.failureMessages.join('\n')),
      })),
  );
  for (const file of unloaded) failures.push({ name: placeOf(file), why: firstLines(file.message ?? '') });
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    failures,
  };
}

function placeOf({ name }) {
  return isAbsolute(name) ? relative(root, name) : name;
}

/** Counts and failures of a report of Playwright (`json`). */
export function readPlaywright(report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats ?? {};
  const failures = specsOf(report.suites ?? [])
    .filter(({ spec }) => !spec.ok)
    .map(({ file, spec }) => ({ name: `${file} › ${spec.title}`, why: firstLines(errorsOf(spec)) }));
  for (const error of report.errors ?? []) failures.push({ name: 'browser', why: firstLines(error.message ?? '') });
  return { passed: expected + flaky, failed: unexpected, skipped, failures };
}

function specsOf(suites) {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? []).map((spec) => ({ file: suite.file, spec })),
    ...specsOf(suite.suites ?? []),
  ]);
}

function errorsOf(spec) {
  const results = spec.tests.flatMap((test) => test.results);
  return results.flatMap((result) => (result.errors ?? []).map((error) => error.message ?? '')).join('\n');
}
