import { expect, test } from '@playwright/test';
import { checkAsItStands, checkPage, enter, open } from './page-checks.ts';

// One trip between two stations, one from a station that does not exist.
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const records = [
  'account,trip_id,network,from,to,entered_at,left_at',
  `E2E-1,E2E-T1,qingdao-2025-01,五四广场,青岛北站,${yesterday}T08:00:00+08:00,${yesterday}T08:32:00+08:00`,
  `E2E-2,E2E-T2,qingdao-2025-01,不存在的站,五四广场,${yesterday}T09:00:00+08:00,${yesterday}T09:20:00+08:00`,
].join('\n');

test('a partner sends a file and sees which line was refused, why, and what to do', async ({ page }) => {
  await enter(page, 'partner-demo', '/runs');
  await expect(page.getByText('还没有发送过记录')).toBeVisible();
  await open(page, '/send');
  await checkPage(page, 'partner-send');
  await page.locator('[data-test=source]').selectOption('metro-trips');
  await page
    .locator('[data-test=file]')
    .setInputFiles({ name: 'trips.csv', mimeType: 'text/csv', buffer: Buffer.from(records) });
  await page.locator('[data-test=send]').click();
  await page.waitForURL(/#\/runs\//);
  await expect(page.locator('[data-test=balance]')).toContainText('读入 2 = 使用 1 + 重复 0 + 拒绝 1 + 等待 0');
  const refused = page.locator('[data-row]');
  await expect(refused).toHaveCount(1);
  await expect(refused.locator('td').first()).toHaveText('3');
  await checkAsItStands(page, 'partner-run');
  const download = page.waitForEvent('download');
  await page.locator('[data-test=report]').click();
  expect((await download).suggestedFilename()).toMatch(/^run_.*[.]ndjson$/);
});

test('a file that is none is told before anything is sent, and credentials have their state', async ({ page }) => {
  await enter(page, 'partner-demo', '/send');
  await page.locator('[data-test=source]').selectOption('metro-trips');
  await page
    .locator('[data-test=file]')
    .setInputFiles({ name: 'trips.csv', mimeType: 'text/csv', buffer: Buffer.from('account,from\n"A,B\n') });
  await page.locator('[data-test=send]').click();
  await expect(page.locator('[data-test=note]')).toContainText('不像 CSV');
  await open(page, '/credentials');
  await checkAsItStands(page, 'partner-credentials');
});
