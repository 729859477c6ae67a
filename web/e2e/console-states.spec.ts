import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { checkAsItStands, enter, look, open } from './page-checks.ts';

/** Each page with who opens it, where it goes from, and the call that it cannot do without. */
const pages = [
  ['agency-appeals', 'agency-demo', '/appeals', '**/v1/appeals*'],
  ['agency-appeals-decided', 'agency-demo', '/appeals/decided', '**/v1/appeals*'],
  ['agency-appeal', 'agency-demo', '/appeals/apl_1', '**/v1/appeals/apl_1'],
  ['agency-record', 'agency-demo', '/records/rec_1', '**/v1/audit/records/*/recomputation'],
  ['agency-reconciliation', 'agency-demo', '/reconciliation', '**/v1/audit/reconciliation*'],
  ['agency-report', 'agency-demo', '/reconciliation/reports/rcl_1', '**/v1/audit/reconciliations/rcl_1'],
  ['agency-settlements', 'agency-demo', '/reconciliation/settlements', '**/v1/audit/settlements*'],
  ['agency-settlement', 'agency-demo', '/reconciliation/settlements/2026-11-28/stl_1', '**/v1/audit/settlements/*'],
  ['agency-batches', 'agency-demo', '/batches', '**/v1/audit/batches*'],
  ['partner-budgets', 'partner-demo', '/budgets', '**/v1/budgets*'],
  ['partner-credentials', 'partner-demo', '/credentials', '**/v1/credentials*'],
  ['partner-issue', 'partner-demo', '/credentials/new', '**/v1/sources'],
  ['partner-credential', 'partner-demo', '/credentials/crd_1', '**/v1/credentials*'],
  ['looks', 'ctz_sim-hai', '/mine/looks', '**/v1/me/looks*'],
] as const;

test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

/** What is somebody's is read only after it was said why. */
async function passGate(page: Page, address: string): Promise<void> {
  if (/^[/](appeals[/]apl_|records[/])/.test(address)) await look(page, '处理申诉');
}

for (const [name, identity, address, path] of pages)
  test(`the page ${name} keeps its shape while it is read, and says what is in the way`, async ({ page }) => {
    await enter(page, identity);
    const start = new URL(page.url()).hash.slice(1);
    await page.route(path, () => undefined);
    await page.evaluate((hash) => (location.hash = hash), address);
    await passGate(page, address);
    await expect(page.locator('.skeleton')).toBeVisible();
    await expect(page.getByText('正在读取')).toHaveCount(1);
    await page.unrouteAll({ behavior: 'ignoreErrors' });

    const answers = {
      failed: { status: 500, body: { code: 'DEFECT', detail: 'x', next: 'y', traceId: 'a1b2c3d4' } },
      refused: { status: 403, body: { code: 'HTTP_ROLE_FORBIDDEN', detail: '不是你的', next: '请换一个身份' } },
    };
    for (const [kind, { status, body }] of Object.entries(answers)) {
      await open(page, start);
      await page.route(path, (route) =>
        route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(body) }),
      );
      await open(page, address);
      await passGate(page, address);
      await expect(page.locator(`[data-trouble=${kind}]`)).toContainText(
        kind === 'failed' ? 'a1b2c3d4' : '请换一个身份',
      );
      await checkAsItStands(page, `${name}-${kind}`);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }

    await open(page, start);
    await page.route(path, (route) => route.abort());
    await open(page, address);
    await passGate(page, address);
    await expect(page.locator('[data-trouble=offline]')).toContainText('没有收到回答');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: '重试' }).click();
    await expect(page.locator('[data-trouble=offline]')).toHaveCount(0);
  });
