import { expect, test } from '@playwright/test';
import { enter } from './page-checks.ts';

test('an agency sees that the day adds up and recomputes a batch in the browser', async ({ page }) => {
  await enter(page, 'agency-demo');
  await expect(page.locator('[data-test=claim]')).toHaveCount(3);
  for (const claim of await page.locator('[data-test=claim]').allTextContents()) expect(claim).toContain('✓');
  await page.locator('[data-test=verify-batch]').first().click();
  await expect(page.locator('[data-test=batch-verdict]').first()).toContainText('一致');
});
