import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { differenceKinds } from '../../sdk/src/model/difference.ts';
import type { Day } from '../../sdk/src/model/index.ts';
import { fen, yuanText } from '../../sdk/src/model/index.ts';
import { clientOf, redeemAs } from './city.ts';
import {
  askOneByOne,
  change,
  checkAsItStands,
  checkPage,
  checkPages,
  demoCampaign,
  enter,
  follow,
  open,
  rowsOfFile,
} from './page-checks.ts';

const shanghaiDay = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
const today = shanghaiDay(Date.now());
const yesterday = shanghaiDay(Date.now() - 86_400_000);

/** Fen that one of the three sides shows. */
async function fenOf(page: Page, side: string): Promise<number> {
  const text = await page.locator(`[data-side=${side}] .fen`).innerText();
  return Math.round(Number(text.replace(/[¥,]/g, '')) * 100);
}

async function bindWallet(page: Page): Promise<void> {
  await enter(page, 'ctz_sim-song', '/wallet/bind');
  await page.locator('[data-test=bind]').click();
  await expect(page.locator('[data-test=wallet-balance]')).toBeVisible();
}

async function redeem(page: Page, yuan: string): Promise<void> {
  await bindWallet(page);
  await open(page, '/wallet/redeem');
  await page.locator('input').fill(yuan);
  await page.locator('[data-test=confirm]').click();
  await expect(page.locator('[data-test=redemption-state]')).toHaveText('已到账');
}

test('what was paid stands in books, bank and ledger alike, and the day says so', async ({ page }) => {
  await enter(page, 'agency-demo', '/reconciliation');
  const before = await fenOf(page, 'books');
  await redeem(page, '1.2');
  await enter(page, 'agency-demo', '/reconciliation');
  await expect(async () => {
    await page.reload();
    expect(await fenOf(page, 'ledger')).toBe(before + 120);
  }).toPass();
  for (const side of ['books', 'bank']) expect(await fenOf(page, side)).toBe(before + 120);
  await expect(page.locator('[data-test=verdict]')).toContainText('还没完');
  await expect(page.getByText('银行对账单还没出齐')).toBeVisible();
  await checkPage(page, 'agency-reconciliation');
  const settled = await page.locator('[data-test=settled]').innerText();
  await open(page, `/day/${today}`);
  await expect(page.locator('[data-test=paid]')).toHaveText(settled);
});

test('a day that is over is balanced or not, in one sentence', async ({ page }) => {
  await enter(page, 'agency-demo', `/reconciliation/${yesterday}`);
  await expect(page.locator('[data-test=verdict]')).toHaveText('对得上：这一天三方都没有付款');
  await checkPage(page, 'agency-reconciliation-balanced');
});

test('each difference says what it is and what to do', async ({ page }) => {
  await change(page, /[/]v1[/]audit[/]reconciliation[?]/, (found) => ({
    ...found,
    state: 'differs',
    isStatementComplete: true,
    differences: differenceKinds.map((kind, at) => ({
      kind,
      subject: `pay_${String(at)}`,
      booksFen: '120',
      bankFen: '100',
      byFen: '20',
    })),
  }));
  await enter(page, 'agency-demo', `/reconciliation/${yesterday}`);
  await expect(page.locator('[data-test=verdict]')).toHaveText('对不上：有 14 处差异要人来看');
  await expect(page.locator('[data-difference]')).toHaveCount(differenceKinds.length);
  await expect(page.locator('[data-difference=PAID_THOUGH_REJECTED]')).toContainText('追回或补记');
  await expect(page.locator('[data-difference=AMOUNT_DIFFERS]')).toContainText(
    '平台账 ¥1.20 · 银行 ¥1.00 · 相差 ¥0.20',
  );
  await checkPage(page, 'agency-reconciliation-differs');
});

test('a reconciliation is stored, read again, and superseded by a later one', async ({ page }) => {
  await enter(page, 'agency-demo', `/reconciliation/${today}`);
  const reports = page.locator('[data-test=report]');
  const before = await reports.count();
  await page.locator('[data-test=ask]').click();
  await expect(page.getByText('这一天最后一份')).toBeVisible();
  await expect(page.locator('[data-test=verdict]')).toContainText('还没完');
  await checkPage(page, 'agency-report');
  await open(page, `/reconciliation/${today}`);
  await expect(reports).toHaveCount(before + 1);
  await page.locator('[data-test=ask]').click();
  await expect(page.getByText('这一天最后一份')).toBeVisible();
  await open(page, `/reconciliation/${today}`);
  await expect(reports).toHaveCount(before + 2);
  await expect(reports.nth(0)).not.toContainText('已被接替');
  await expect(reports.nth(1)).toContainText('已被接替');
});

test('a settlement seal is opened, recomputed and taken home; changed leaves are found out', async ({ page }) => {
  await redeem(page, '0.1');
  await enter(page, 'agency-demo', '/reconciliation/settlements');
  await expect(async () => {
    await page.reload();
    await expect(page.locator('[data-row]').first()).toContainText('已封存', { timeout: 2_000 });
  }).toPass();
  await checkPage(page, 'agency-settlements');
  await follow(page, page.locator('[data-row] a').first());
  await page.locator('[data-test=verify-seal]').click();
  await expect(page.locator('[data-test=seal-verdict]')).toContainText('重算一致');
  await checkAsItStands(page, 'agency-settlement');
  const download = page.waitForEvent('download');
  await page.locator('[data-test=leaves]').click();
  expect(readFileSync(await (await download).path()).length % 64).toBe(0);
  await page.route('**/leaves', async (route) => {
    const body = await (await route.fetch()).body();
    body[11] = (body[11] ?? 0) ^ 1;
    await route.fulfill({ body });
  });
  await page.locator('[data-test=verify-seal]').click();
  await expect(page.locator('[data-test=seal-verdict]')).toContainText('重算不一致');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await open(page, `/reconciliation/settlements/${yesterday}`);
  await checkPage(page, 'agency-settlements-empty');
  await open(page, `/reconciliation/settlements/${yesterday}/stl_none`);
  await checkPage(page, 'agency-settlement-gone');
});

test('seals of a day come page by page, and what is said of the day is of all of them', async ({ page }) => {
  const { audit, settlements } = await clientOf('agency-demo');
  const sealed = async () => {
    const { items } = await settlements.ofDay(today as Day, { limit: 100 });
    return items.filter(({ state }) => state === 'sealed').length;
  };
  for (let times = 0; times < 2; times += 1) {
    const before = await sealed();
    await redeemAs('ctz_sim-song', '1');
    await expect.poll(sealed).toBe(before + 1);
  }
  const { paid } = await audit.day(today as Day);
  await askOneByOne(page, /[/]v1[/]audit[/]settlements[?]/);
  await enter(page, 'agency-demo', '/reconciliation/settlements');
  const total = page.locator('[data-test=total]');
  await expect(total).toContainText(`付了 ${String(paid.settledPayments)} 笔，共 ¥${yuanText(fen(paid.settledFen))}`);
  await expect(total).toContainText(`分 ${String(paid.seals)} 次封存`);
  expect(await rowsOfFile(page)).toBe(paid.seals);
  await page.setViewportSize({ width: 390, height: 844 });
  await checkPages(page, { rows: paid.seals, name: 'agency-settlements-paged-phone' });
});

test('a programme without money says so', async ({ page }) => {
  const missing = { status: 404, contentType: 'application/problem+json', body: '{"code":"HTTP_NOT_FOUND"}' };
  await page.route('**/v1/audit/reconciliation*', (route) => route.fulfill(missing));
  await page.route('**/v1/audit/settlements*', (route) => route.fulfill(missing));
  await enter(page, 'agency-demo', '/reconciliation');
  await expect(page.getByText('这个项目不发放资金')).toBeVisible();
  await open(page, '/reconciliation/settlements');
  await expect(page.getByText('这个项目不发放资金')).toBeVisible();
  await checkPage(page, 'agency-no-money');
});

test('what the operator pauses the citizen reads, and redeems again once it runs', async ({ page }) => {
  const press = async (wish: 'pause' | 'resume') => {
    await enter(page, 'operator-demo', '/money');
    const campaign = demoCampaign(page);
    await campaign.getByRole('textbox').fill('演练');
    await campaign.locator(`[data-test=${wish}]`).click();
    await expect(campaign).toContainText(wish === 'pause' ? '已暂停' : '进行中');
  };
  await press('pause');
  await bindWallet(page);
  await expect(page.locator('[data-obstacle=REWARDS_PAUSED]')).toContainText('活动已暂停');
  await press('resume');
  await enter(page, 'ctz_sim-song', '/wallet');
  await expect(page.locator('[data-obstacle=REWARDS_PAUSED]')).toHaveCount(0);
});

test('every record of a day goes home as one CSV', async ({ page }) => {
  await enter(page, 'agency-demo', '/day');
  const accepted = Number((await page.locator('[data-test=accepted]').innerText()).replaceAll(',', ''));
  const download = page.waitForEvent('download');
  await page.locator('[data-test=records]').click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^records-\d{4}-\d{2}-\d{2}[.]csv$/);
  const [head, ...lines] = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n');
  expect(head).toMatch(/^record,kind,mode,.*,reduction_milligrams,.*,batch,batch_root,transaction,block$/);
  expect(lines.filter((line) => line.split(',')[1] === 'record').length).toBeGreaterThanOrEqual(accepted);
  await open(page, '/trail');
  await expect(page.locator('[data-row]').first()).toContainText('导出了数据');
});
