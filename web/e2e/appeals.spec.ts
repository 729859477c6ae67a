import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { clientOf, nightRide, sendRecords, yesterday } from './city.ts';
import { checkAsItStands, checkPage, enter, follow, look, open } from './page-checks.ts';

const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };

/** The citizen appeals the refused trip that stands at a place of his list; gives the trip's address. */
async function appeal(page: Page, place: number, statement: string): Promise<string> {
  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan', '/trips');
  const refused = page.locator('[data-status=refused]');
  while ((await refused.count()) <= place) await page.locator('[data-test=more]').click();
  const address = (await refused.nth(place).getAttribute('href')) ?? '';
  await follow(page, refused.nth(place));
  await follow(page, page.getByRole('link', { name: '申诉' }));
  await expect(page.locator('[data-test=appealed-trip]')).toContainText('地铁');
  await checkPage(page, 'appeal-new');
  await page.locator('[data-test=statement]').fill(statement);
  await page.locator('[data-test=appeal-send]').click();
  await expect(page.locator('[data-test=appeal]').first()).toContainText('处理中');
  return address.replace(/^#/, '');
}

async function openCase(page: Page, reason: string): Promise<void> {
  await page.setViewportSize(desk);
  await enter(page, 'agency-demo', '/appeals');
  await follow(page, page.locator('[data-row] a').first());
  await look(page, reason);
  await expect(page.locator('[data-test=look]')).toContainText(reason);
}

test('nothing to decide and nothing decided are said, each with the way to the other', async ({ page }) => {
  await enter(page, 'agency-demo', '/appeals');
  await expect(page.getByText('没有等待决定的申诉')).toBeVisible();
  await checkPage(page, 'agency-appeals-empty');
  await follow(page, page.getByRole('link', { name: '看已决定的' }));
  await expect(page.getByText('还没有决定过的申诉')).toBeVisible();
  await checkPage(page, 'agency-appeals-decided-empty');
});

test('a citizen appeals, the agency upholds it, and the citizen sees that it counts and who looked', async ({
  page,
}) => {
  const address = await appeal(page, 1, '那天我没有坐地铁，卡借给了家人');
  const activity = address.split('/').at(-1) ?? '';

  await page.setViewportSize(desk);
  await enter(page, 'agency-demo', '/appeals');
  await expect(page.locator('[data-row]')).toHaveCount(1);
  await expect(page.locator('[data-row]')).not.toContainText('家人');
  await checkPage(page, 'agency-appeals');
  await follow(page, page.locator('[data-row] a').first());
  await expect(page.locator('[data-test=look-on]')).toBeDisabled();
  await checkPage(page, 'agency-appeal-gate');
  await page.setViewportSize(phone);
  await checkPage(page, 'agency-appeal-gate-phone');
  await page.setViewportSize(desk);
  await page.getByRole('button', { name: '处理这件申诉' }).click();
  await expect(page.locator('[data-test=gate]').getByRole('textbox')).toHaveValue('处理这件申诉');
  await look(page, '处理这件申诉：核对骑行记录');
  await expect(page.locator('[data-test=statement]')).toHaveText('那天我没有坐地铁，卡借给了家人');
  await expect(page.locator('[data-test=reason]')).toContainText('重叠');
  for (const [language, other] of [
    ['zh-CN', 'English'],
    ['en', '中文'],
  ] as const) {
    await checkAsItStands(page, `agency-appeal-${language}`);
    await page.getByRole('button', { name: other, exact: true }).click();
  }
  await expect(page.locator('[data-test=decide]')).toBeDisabled();
  await page.getByRole('radio', { name: /支持申诉/ }).check();
  await page.locator('[data-test=answer]').fill('情况属实，以骑行记录为准');
  await checkAsItStands(page, 'agency-appeal-deciding');
  await page.locator('[data-test=decide]').click();
  await expect(page.locator('[data-test=effect]')).toContainText('这段行程已计入');
  await expect(page.locator('[data-test=now]')).toHaveText('已计入');
  await expect(page.locator('[data-test=effect]')).toContainText('由 agency-demo 决定');
  await checkAsItStands(page, 'agency-appeal-decided');
  await open(page, '/appeals');
  await expect(page.getByText('没有等待决定的申诉')).toBeVisible();
  await follow(page, page.getByRole('link', { name: '已决定', exact: true }));
  const line = page.locator('[data-row]');
  await expect(line).toHaveCount(1);
  for (const said of ['已支持', '情况属实，以骑行记录为准', 'agency-demo', '未计入'])
    await expect(line).toContainText(said);
  await expect(line).not.toContainText('家人');
  await checkPage(page, 'agency-appeals-decided');
  await page.setViewportSize(phone);
  await checkPage(page, 'agency-appeals-decided-phone');

  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan', '/mine/appeals');
  await expect(page.locator('[data-test=appeal]').first()).toContainText('已支持');
  await expect(page.locator('[data-test=answer]').first()).toContainText('以骑行记录为准');
  await expect(page.locator('[data-test=outcome]').first()).toContainText('减排量已到账');
  await expect(page.locator('[data-test=decided]').first()).toContainText('答复');
  await checkPage(page, 'appeals');
  await open(page, '/trips');
  await expect(page.locator(`[data-status=refused][href$="${activity}"]`)).toHaveCount(0);
  await open(page, '/mine/looks');
  const looked = page.locator('[data-test=looked]').filter({ hasText: '处理这件申诉：核对骑行记录' });
  await expect(looked).toHaveCount(1);
  await expect(looked).toContainText('监管机构');
  await checkPage(page, 'looks');
});

test('an appeal that is declined changes nothing and says why', async ({ page }) => {
  const address = await appeal(page, 0, '我觉得应该都算');
  await openCase(page, '处理申诉');
  await page.getByRole('radio', { name: /维持原判/ }).check();
  await page.locator('[data-test=answer]').fill('同一时间只能有一段行程');
  await page.locator('[data-test=decide]').click();
  await expect(page.locator('[data-test=effect]')).toContainText('减排量没有变化');
  await expect(page.locator('[data-test=now]')).toHaveText('未计入');

  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan', '/mine/appeals');
  await expect(page.locator('[data-test=appeal]').first()).toContainText('维持原判');
  await expect(page.locator('[data-test=answer]').first()).toContainText('同一时间只能有一段行程');
  await open(page, address);
  await expect(page.locator('[data-test=reason]')).toContainText('重叠');
});

test('a held trip shows the one that it is held against, and both are decided at once', async ({ page }) => {
  for (const account of ['SIM-000007', 'SIM-000033'])
    await sendRecords('mobike-orders', [nightRide(account, '05:00', 'bike-of-an-appeal')]);
  const { me: song } = await clientOf('ctz_sim-song');
  const held = (await song.trips({ day: yesterday, limit: 100 })).items.find(({ status }) => status === 'held');
  await song.appeal({ activity: held?.activity ?? '', statement: '车是我骑的' }, randomUUID());

  await openCase(page, '处理申诉');
  await expect(page.getByRole('heading', { name: '另一个账户上的同一段行程' })).toBeVisible();
  await expect(page.locator('[data-test=also]')).toHaveCount(0);
  await page.getByRole('radio', { name: /维持原判/ }).check();
  await expect(page.getByText('这段行程从暂缓变为未计入')).toBeVisible();
  await expect(page.locator('[data-test=also]')).toHaveCount(0);
  await page.getByRole('radio', { name: /支持申诉/ }).check();
  await page.locator('[data-test=also]').check();
  await page.locator('[data-test=answer]').fill('以车辆记录为准');
  await checkAsItStands(page, 'agency-appeal-held');
  await page.locator('[data-test=decide]').click();
  await expect(page.locator('[data-test=effect]')).toContainText('这段行程已计入');
  await expect(page.getByRole('heading', { name: '另一个账户上的同一段行程' })).toHaveCount(0);
  const { me: lan } = await clientOf('ctz_sim-lan');
  const { items } = await lan.trips({ day: yesterday, limit: 100 });
  expect(items.filter(({ reason }) => reason?.code === 'ACTIVITIES_TAKEN_BACK')).toHaveLength(1);
});
