import { expect, test } from '@playwright/test';
import { enter, open, settle } from './page-checks.ts';

// `npm run images`: the pictures of the README, as large as a screen shows them.
const folder = 'docs/images';
const phone = { width: 390, height: 844 };

test('today', async ({ page }) => {
  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan');
  await page.screenshot({ path: `${folder}/today.png` });
});

test('receipt', async ({ page }) => {
  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan', '/trips');
  await page.locator('[data-status=accepted]').first().click();
  await expect(page.locator('[data-test=verdict]')).toContainText('未联网');
  await settle(page);
  await page.locator('[data-test=verdict]').evaluate((verdict) => {
    verdict.scrollIntoView({ block: 'center' });
  });
  await page.screenshot({ path: `${folder}/receipt.png` });
});

test('agency', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, 'agency-demo');
  // A whole day, at whatever hour the picture is taken.
  const yesterday = new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
  await open(page, `/day/${yesterday}`);
  await page.locator('[data-test=verify-day]').click();
  await expect(page.locator('[data-test=day-verdict]')).toContainText('全部重算一致');
  await page.screenshot({ path: `${folder}/agency.png` });
});
