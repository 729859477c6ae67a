import { defineConfig } from '@playwright/test';

const executablePath = process.env['CHROMIUM_PATH'];
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const phoneSpecs = ['citizen.spec.ts', 'states.spec.ts'];
const desk = { viewport: { width: 1440, height: 900 } };

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/runs',
  workers: 1,
  timeout: 120_000,
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_REPORT_FILE'] ?? '../../.cache/playwright.json' }],
  ],
  use: {
    baseURL: process.env['TANHUI_URL'] ?? 'http://127.0.0.1:8080',
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
    { name: 'citizen', testMatch: phoneSpecs, use: phone },
    { name: 'desk', testIgnore: [...phoneSpecs, 'images.spec.ts'], use: desk },
    ...(process.env['IMAGES'] === undefined ? [] : [{ name: 'images', testMatch: 'images.spec.ts' }]),
  ],
});
