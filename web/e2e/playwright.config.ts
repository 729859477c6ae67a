import { defineConfig } from '@playwright/test';

const executablePath = process.env['CHROMIUM_PATH'];

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  workers: 1,
  timeout: 60_000,
  reporter: [['list'], ['json', { outputFile: process.env['TANHUI_REPORT'] ?? '../../.cache/playwright.json' }]],
  use: {
    baseURL: process.env['TANHUI_URL'] ?? 'http://127.0.0.1:8080',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
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
    { name: 'citizen', testMatch: 'citizen.spec.ts', use: { viewport: { width: 390, height: 844 } } },
    { name: 'agency', testMatch: 'agency.spec.ts', use: { viewport: { width: 1440, height: 900 } } },
  ],
});
