import { expect, test } from '@playwright/test';
import { checkPage, enter } from './page-checks.ts';

test('a citizen sees the day, opens a figure, verifies its receipt and is paid', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('[data-identity]')).toHaveCount(5);
  await checkPage(page, 'landing');

  await enter(page, 'ctz_sim-lan');
  await expect(page.locator('[data-test=today-grams]')).toContainText(/克|千克/);
  await checkPage(page, 'today');

  await page.getByRole('link', { name: '行程' }).click();
  const sealed = page.getByRole('listitem').filter({ hasText: '已上链' });
  await expect(sealed.first()).toBeVisible();
  await checkPage(page, 'trips');

  await sealed.first().getByRole('link').click();
  await expect(page.getByText('向下取整')).toBeVisible();
  await checkPage(page, 'record');

  await page.getByRole('link', { name: '在手机上验证收据' }).click();
  await expect(page.locator('[data-test=verdict]')).toContainText('验证通过');
  await checkPage(page, 'receipt');

  await page.getByRole('link', { name: '钱包' }).click();
  await page.locator('[data-test=bind]').click();
  await expect(page.locator('[data-test=wallet-balance]')).toHaveText('¥0.00');
  await page.locator('[data-test=redeem]').click();
  await expect(page.locator('[data-test=wallet-balance]')).toHaveText('¥2.00');
  await expect(page.locator('[data-test=redemption-state]').first()).toContainText('已到账');
  await expect(page.getByText('已达到今天的兑换上限')).toBeVisible();
  await checkPage(page, 'wallet');
});
