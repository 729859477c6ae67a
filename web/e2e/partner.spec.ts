import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { becomePartner, openCampaign, redeemAs } from './city.ts';
import { checkAsItStands, checkPage, enter, follow, open } from './page-checks.ts';

// One trip between two stations, one from a station that does not exist.
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const records = [
  'account,trip_id,network,from,to,entered_at,left_at',
  `E2E-1,E2E-T1,qingdao-2025-01,五四广场,青岛北站,${yesterday}T08:00:00+08:00,${yesterday}T08:32:00+08:00`,
  `E2E-2,E2E-T2,qingdao-2025-01,不存在的站,五四广场,${yesterday}T09:00:00+08:00,${yesterday}T09:20:00+08:00`,
].join('\n');

test('a partner sends a file and sees which line was refused and why, and undoes what was sent by mistake', async ({
  page,
}) => {
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

  await page.locator('[data-test=undo-sheet]').getByRole('textbox').fill('发错了月份');
  await page.locator('[data-test=undo]').click();
  await expect(page.getByText('撤销以后不能恢复这次导入')).toBeVisible();
  await expect(page.locator('[data-test=run-state]')).toHaveText('已结束');
  await page.locator('[data-test=confirm]').click();
  await expect(page.locator('[data-test=run-state]')).toHaveText('已撤销');
  await expect(page.locator('[data-test=reversed]')).toHaveText('1');
  await checkAsItStands(page, 'partner-run-undone');
  await open(page, '/runs');
  await expect(page.locator('[data-row]').first()).toContainText('已撤销');
});

test('a run that was cut off says so, since when, how to go on, and can be undone as it is', async ({ page }) => {
  const takenAt = Date.parse('2026-11-20T08:30:00+08:00');
  const run = 'run_1764000000000_cut0ff';
  const view = {
    ...{
      run,
      source: 'metro-trips',
      programme: 'qingdao-demo',
      state: 'interrupted',
      openedAt: takenAt - 60_000,
      takenAt,
    },
    counts: {
      records: { read: 2, used: 2, duplicate: 0, refused: 0, open: 0 },
      activities: { accepted: { metro: 2 }, refused: {}, held: {}, byEvidence: { measured: 2 } },
      reductionMilligrams: '1200000',
    },
  };
  await page.route(/[/]v1[/]runs([?]|$)/, (route) => route.fulfill({ json: { items: [view] } }));
  await page.route(/[/]v1[/]runs[/][^/]+$/, (route) => route.fulfill({ json: view }));
  await page.route(/[/]v1[/]runs[/][^/]+[/]refusals/, (route) => route.fulfill({ json: { items: [] } }));
  await enter(page, 'partner-demo', '/runs');
  await expect(page.locator('[data-row]')).toContainText('已中断');
  await follow(page, page.locator('[data-row] a').first());
  await expect(page.locator('[data-test=run-state]')).toHaveText('已中断');
  await expect(page.locator('[data-test=interrupted]')).toContainText('08:30 起没有再收到记录');
  await expect(page.locator('[data-test=undo-sheet]')).toBeVisible();
  await checkPage(page, 'partner-run-interrupted');
  await follow(page, page.locator('[data-test=interrupted] a'));
  await expect(page.locator('[data-test=send]')).toBeVisible();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a file that is none is told before anything is sent', async ({ page }) => {
  await enter(page, 'partner-demo', '/send');
  await page.locator('[data-test=source]').selectOption('metro-trips');
  await page
    .locator('[data-test=file]')
    .setInputFiles({ name: 'trips.csv', mimeType: 'text/csv', buffer: Buffer.from('account,from\n"A,B\n') });
  await page.locator('[data-test=send]').click();
  await expect(page.locator('[data-test=note]')).toContainText('文件缺少列 trip_id');
});

/** Whether a secret can be traded for a token now: the status of the answer. */
async function trade(page: Page, secret: string): Promise<number> {
  const answer = await page.request.post('/v1/tokens', { headers: { authorization: `Bearer ${secret}` }, data: {} });
  return answer.status();
}

test('a partner issues a credential, takes its secret along once, changes it, and ends it', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await enter(page, 'partner-demo', '/credentials');
  await expect(page.getByText('还没有凭证')).toBeVisible();
  await checkPage(page, 'partner-credentials-empty');
  await follow(page, page.locator('[data-test=issue]'));
  await checkPage(page, 'partner-issue');
  await page.locator('[data-test=label]').fill('接入服务器一');
  await expect(page.locator('button[data-test=issue]')).toBeDisabled();
  await page.getByRole('checkbox', { name: /metro-trips/ }).check();
  await page.locator('button[data-test=issue]').click();
  const shown = page.locator('[data-test=secret]');
  await expect(page.locator('[data-test=secret-note]')).toContainText('只显示这一次');
  const first = await shown.innerText();
  await page.locator('[data-test=copy]').click();
  await expect(page.locator('[data-test=copied]')).toHaveText('已复制');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);
  expect(await trade(page, first)).toBe(200);
  await checkAsItStands(page, 'partner-secret');

  await follow(page, page.getByRole('link', { name: '看全部凭证' }));
  await checkPage(page, 'partner-credentials');
  await follow(page, page.getByRole('link', { name: '接入服务器一' }));
  await expect(shown).toHaveCount(0);
  await page.locator('[data-test=overlap]').selectOption('0');
  await page.locator('[data-test=rotate]').click();
  const second = await shown.innerText();
  expect([await trade(page, first), await trade(page, second)]).toEqual([401, 200]);

  await page.getByRole('textbox').fill('笔记本丢了');
  await page.locator('[data-test=revoke]').click();
  await expect(page.getByText('吊销不能撤回')).toBeVisible();
  expect(await trade(page, second)).toBe(200);
  await checkAsItStands(page, 'partner-credential');
  await page.locator('[data-test=confirm]').click();
  await expect(page.locator('[data-test=credential-state]')).toHaveText('已吊销');
  expect(await trade(page, second)).toBe(401);
  await expect(page.locator('[data-test=rotate]')).toHaveCount(0);
  await open(page, '/credentials/crd_none');
  await expect(page.getByText('没有这个凭证')).toBeVisible();
});

test('a sponsor sees what became of its money: ample, running low, used up, and nothing of anybody else', async ({
  page,
}) => {
  await enter(page, 'partner-demo', '/budgets');
  await expect(page.locator('[data-test=budget]')).toHaveCount(1);
  await expect(page.locator('[data-standing=ample] [data-test=paidIn]')).toHaveText('¥10,000.00');
  await checkPage(page, 'partner-budgets');

  const end = await openCampaign('sponsored', { budgetFen: '200', organisation: 'partner-demo' });
  try {
    const budget = page.locator('[data-test=budget]').first();
    await redeemAs('ctz_sim-song', '185');
    await page.reload();
    await expect(budget).toHaveAttribute('data-standing', 'low');
    await expect(budget.locator('[data-test=left]')).toHaveText('¥0.15');
    await expect(budget.locator('[data-test=paid]')).toHaveText('¥1.85');
    await expect(budget).toContainText('剩余不到存入的十分之一');
    const deposits = page.locator('[data-test=deposits] [data-row]');
    await expect(deposits).toHaveCount(2);
    for (const said of ['模拟出资方', '小活动 sponsored', '¥2.00', 'cmp_sponsored_open'])
      await expect(deposits.first()).toContainText(said);
    await expect(deposits.last()).toContainText('¥10,000.00');
    await checkPage(page, 'partner-budgets-low');
    await redeemAs('ctz_sim-song', '15');
    await page.reload();
    await expect(budget).toHaveAttribute('data-standing', 'used-up');
    await expect(budget).toContainText('市民现在不能兑换');
    await checkPage(page, 'partner-budgets-used-up');
    await page.setViewportSize({ width: 390, height: 844 });
    await checkPage(page, 'partner-budgets-phone');
  } finally {
    await end();
  }
  await becomePartner(page, 'bike-company');
  await page.reload();
  await expect(page.getByText('还没有由你出资的活动')).toBeVisible();
  await checkPage(page, 'partner-budgets-empty');
});
