import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Told {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly name: string; readonly why: string }[];
}

interface SuiteReports {
  readonly lastLines: (text: string) => string;
  readonly readPlaywright: (report: object) => Told;
  readonly readVitest: (report: object) => Told;
}

const module = new URL('./suite-reports.mjs', import.meta.url);
const { lastLines, readPlaywright, readVitest } = (await import(module.href)) as SuiteReports;

describe('what the suites report', () => {
  it('counts tests of vitest, and names what failed and why', () => {
    const told = readVitest({
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 2,
      testResults: [
        {
          name: resolve('scripts/a.test.ts'),
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'adds', failureMessages: [] },
            {
              status: 'failed',
              fullName: 'takes',
              failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[39m\n  at a:1'],
            },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      ],
    });
    expect(told).toEqual({
      passed: 3,
      failed: 2,
      skipped: 2,
      failures: [
        { name: 'scripts/a.test.ts › takes', why: 'expected 1 to be 2\n  at a:1' },
        { name: 'b.test.ts', why: 'no such module' },
      ],
    });
  });

  it('counts journeys of Playwright, also those of nested suites', () => {
    const failed = { title: 'pays', ok: false, tests: [{ results: [{ errors: [{ message: 'no wallet' }] }] }] };
    const passed = { title: 'reads', ok: true, tests: [] };
    const told = readPlaywright({
      stats: { expected: 1, unexpected: 1, flaky: 0, skipped: 0 },
      suites: [{ file: 'a.spec.ts', specs: [passed], suites: [{ file: 'a.spec.ts', specs: [failed] }] }],
    });
    expect(told).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: [{ name: 'a.spec.ts › pays', why: 'no wallet' }],
    });
  });

  it('keeps the end of what a step said', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${String(index)}`);
    expect(lastLines(`${lines.join('\n')}\n`)).toBe(lines.slice(60).join('\n'));
  });
});
