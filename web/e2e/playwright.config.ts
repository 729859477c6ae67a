import { defineConfig } from '@playwright/test';

/** By project: where its city is, and the counter of its simulated bank. */
const cities = JSON.parse(process.env['E2E_CITIES'] ?? '{}') as Record<
  string,
  { readonly url: string; readonly bankUrl: string } | undefined
>;

/** Two projects run at a time, each in a city of its own and its journeys one after the other: they pause, freeze and use up what all of that city share. */
function inItsCity(name: string, screen: object = {}) {
  const { url = 'http://127.0.0.1:8080', bankUrl = '' } = cities[name] ?? {};
  return { name, workers: 1, metadata: { bankUrl }, use: { ...screen, baseURL: url } };
}

const executablePath = process.env['CHROMIUM_PATH'];
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const phoneSpecs = ['citizen.spec.ts', 'states.spec.ts'];
const desk = { viewport: { width: 1440, height: 900 } };

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/runs',
  workers: 2,
  // Long enough for a machine ten times as slow; a bound of time that a journey is about stands in it.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_REPORT_FILE'] ?? '../../.cache/playwright.json' }],
  ],
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { ...inItsCity('citizen', phone), testMatch: phoneSpecs },
    { ...inItsCity('desk', desk), testIgnore: [...phoneSpecs, 'images.spec.ts'] },
    ...(process.env['IMAGES'] === undefined ? [] : [{ ...inItsCity('images'), testMatch: 'images.spec.ts' }]),
  ],
});
