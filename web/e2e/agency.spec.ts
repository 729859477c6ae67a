import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { clientOf, nightRide, sendRecords, yesterday } from './city.ts';
import {
  askOneByOne,
  change,
  checkAsItStands,
  checkPage,
  checkPages,
  demoCampaign,
  enter,
  follow,
  look,
  open,
  rowsOfFile,
} from './page-checks.ts';

test('an agency sees that the day adds up and recomputes all of it in the browser', async ({ page }) => {
  await enter(page, 'agency-demo');
  await expect(page.locator('[data-test=claim]')).toHaveCount(3);
  for (const claim of await page.locator('[data-test=claim]').allTextContents()) expect(claim).toContain('对得上');
  await page.locator('[data-test=verify-day]').click();
  await expect(page.locator('[data-test=day-verdict]')).toContainText('全部重算一致');
  await expect(page.locator('[data-test=closable-at]')).toContainText('起可以日结');
  await expect(page.locator('[data-test=close-day]')).toHaveCount(0);
  await expect(page.locator('[data-test=ripe-day]')).toContainText('现在就可以日结的一天');
  await checkPage(page, 'agency-day');
});

test('a day of which there is nothing but a payment is not the one that is opened', async ({ page }) => {
  const paid = {
    day: '2099-01-01',
    isClosed: false,
    closeState: 'open',
    accepted: 0,
    reversed: 0,
    reductionMilligrams: '0',
  };
  await change(page, /[/]v1[/]audit[/]days([?]|$)/, (days) => ({
    ...days,
    items: [paid, ...(days['items'] as readonly unknown[])],
  }));
  await enter(page, 'agency-demo');
  await expect(page.locator('[data-test=claim]')).toHaveCount(3);
  await expect(page.locator('h1')).not.toContainText('2099');
  await expect(page.locator('[data-test=day]')).toContainText('2099');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a day without a batch is not called verified', async ({ page }) => {
  await enter(page, 'agency-demo', '/day/2026-01-05');
  await page.locator('[data-test=verify-day]').click();
  await expect(page.locator('[data-test=day-verdict]')).toContainText('没有可以核验的');
});

test('the keyboard stays where the reader is: at the title of what was opened, at the button that was busy', async ({
  page,
}) => {
  await enter(page, 'agency-demo', `/batches/${yesterday}`);
  await expect(page).toHaveTitle('批次 · 碳惠');
  // Sealed on the running day, not at that hour of its own.
  await expect(page.locator('[data-row] td').nth(2)).toHaveText(/^\d{4}年\d+月\d+日 \d\d:\d\d$/);
  const batch = page.locator('[data-row] a').first();
  await batch.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toContainText('bat_');
  await expect(page.locator('h1')).toBeFocused();
  const recompute = page.getByRole('button', { name: '在浏览器里重算' });
  await recompute.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('重算一致')).toBeVisible();
  await expect(recompute).toBeFocused();
});

test('the day of which nothing can arrive any more is audited and closed, and its close stands on the ledger', async ({
  page,
}) => {
  await enter(page, 'agency-demo');
  await follow(page, page.locator('[data-test=ripe-day]'));
  await page.locator('[data-test=verify-day]').click();
  await expect(page.locator('[data-test=day-verdict]')).toContainText('全部重算一致');
  await page.locator('[data-test=close-day]').click();
  await checkAsItStands(page, 'agency-day-close');
  await page.getByRole('button', { name: '确认日结' }).click();
  await expect(page.getByText('已日结')).toBeVisible();
  await expect(page.locator('[data-test=claim][data-standing=agrees]')).toHaveCount(3);
  await checkAsItStands(page, 'agency-day-closed');
  await open(page, '/blocks');
  await expect(page.locator('[data-row]').first()).toContainText('日结');
  await open(page, '/day');
  await expect(page.locator('[data-test=closable-at]')).toBeVisible();
  await expect(page.locator('[data-test=ripe-day]')).toHaveCount(0);
});

test('a day may be closed once nothing of it can arrive any more, and a close that was cut off is gone on with', async ({
  page,
}) => {
  let closeState = 'open';
  await change(page, '**/v1/audit/days/*', (day) => ({ ...day, closeState, closableAt: 0 }));
  await enter(page, 'agency-demo');
  await page.locator('[data-test=close-day]').click();
  await expect(page.getByRole('button', { name: '确认日结' })).toBeVisible();
  closeState = 'closing';
  await page.reload();
  await expect(page.getByText('日结未完成')).toBeVisible();
  await expect(page.locator('[data-test=close-day]')).toHaveText('继续日结');
  await checkPage(page, 'agency-day-closing');
});

const phone = { width: 390, height: 844 };

test('a day whose trips were taken back says so beside what was accepted', async ({ page }) => {
  await change(page, '**/v1/audit/days/*', (day) => ({
    ...day,
    reductionMilligrams: '0',
    sealed: { ...(day['sealed'] as object), milligrams: '4567800000' },
    waiting: { records: 3, milligrams: '-4567800000' },
    byMode: [{ mode: 'metro', trips: 0, milligrams: '0' }],
    byEvidence: [{ evidence: 'measured', trips: 0, milligrams: '0' }],
    byHour: [{ hour: 8, mode: 'metro', milligrams: '0' }],
    activities: { accepted: 3, refused: 2, held: 0, reversed: 3 },
  }));
  await enter(page, 'agency-demo');
  await expect(page.locator('[data-test=accepted]')).toHaveText('3');
  await expect(page.locator('[data-test=reversed]')).toHaveText('冲正 3 条，减排量已扣除');
  await expect(page.getByText('这一天没有减排量')).toBeVisible();
  await expect(page.locator('.legend')).toHaveCount(0);
  await expect(page.locator('[data-test=posted]')).toHaveText(/0 克 = 4,567.8 千克\s− 4,567.8 千克$/);
  await checkPage(page, 'agency-day-reversed');
  await page.setViewportSize(phone);
  await checkPage(page, 'agency-day-reversed-phone');
});

test('a day says what waits for its seal and what missed its close, and only then that nothing explains a difference', async ({
  page,
}) => {
  const claim = { 'zh-CN': '已封存记录 = 这一天的全部记录', en: 'records sealed = records of the day' };
  const sealed = { claim, holds: false, left: '1200', right: '1215' };
  const waits = { 'zh-CN': '15 条待封存', en: '15 waiting for the seal' };
  const both = { 'zh-CN': '12 条待封存，3 条错过日结', en: '12 waiting for the seal, 3 missed the close of the day' };
  let part: Record<string, unknown> = {
    adds: [{ ...sealed, standing: 'under-way', note: waits }],
    waiting: { records: 15, milligrams: '9000000' },
  };
  await change(page, '**/v1/audit/days/*', (day) => ({ ...day, ...part }));
  await enter(page, 'agency-demo');
  const line = page.locator('[data-test=claim]');
  await expect(line).toHaveText(/封存中 · 15 条待封存\s*1,200 ≠ 1,215/);
  await expect(page.locator('[data-test=too-late]')).toHaveCount(0);
  part = {
    adds: [{ ...sealed, standing: 'too-late', note: both }],
    waiting: { records: 12, milligrams: '7200000' },
    tooLate: { records: 3, milligrams: '1800000' },
  };
  await page.reload();
  await expect(line).toHaveText(/有记录错过日结 · 12 条待封存，3 条错过日结/);
  await expect(page.locator('[data-test=too-late]')).toHaveText('3 条错过日结（1,800 克），不在这一天的封存里');
  await expect(page.locator('[data-test=posted]')).toHaveText(/错过日结.*\+ 7,200 克\s+\+ 1,800 克$/);
  await checkPage(page, 'agency-day-too-late');
  await page.setViewportSize(phone);
  await checkPage(page, 'agency-day-too-late-phone');
  part = { adds: [{ ...sealed, standing: 'differs' }] };
  await page.reload();
  await expect(line).toHaveText(/对不上\s*1,200 ≠ 1,215/);
});

test('an operator sees what is late, differs, or is still being taken back', async ({ page }) => {
  const programme = 'qingdao-demo';
  const late = { programme, day: '2026-11-27', records: 1_200, since: 1_795_700_000_000 };
  await change(page, '**/v1/operations/stuck*', () => ({
    days: [late],
    batches: [{ ...late, batch: 'bat_2026-11-27_qingdao-demo_1', state: 'submitted' }],
    tooLate: [{ ...late, day: '2026-11-25', milligrams: '420000' }],
    payments: [{ payment: 'pay_1', amountFen: '150', state: 'unknown', since: 1_795_600_000_000 }],
    payouts: [{ programme, day: '2026-11-27', payments: 3, amountFen: '450', since: 1_795_660_000_000 }],
    settlements: [
      {
        ...{ settlement: 'stl_20261127_000000001', programme, day: '2026-11-27', payments: 2, amountFen: '300' },
        ...{ state: 'submitted', since: 1_795_670_000_000 },
      },
    ],
    reconciliations: [{ programme, day: '2026-11-26', differences: 2, report: 'rcl_1' }],
    undos: [{ run: 'run_1', source: 'metro-trips', programme, batches: 40, batchesLeft: 12, since: 1_795_650_000_000 }],
  }));
  await enter(page, 'operator-demo', '/operations');
  const lines = page.locator('[data-test=stuck]');
  await expect(lines.first()).toHaveText(/2026-11-25：日结时有 1,200 条还没封存，已不在该日的封存之内\s*要有人核对/);
  await expect(lines.nth(1)).toHaveText(/三方对账有 2 处对不上\s*要有人核对/);
  await expect(lines.nth(2)).toContainText('付款 pay_1');
  await expect(lines.nth(3)).toContainText('撤销导入 run_1（metro-trips）：还剩 12 / 40 段');
  await expect(lines.nth(4)).toContainText('2026-11-27：3 笔付款还没进结算封存');
  await expect(lines.nth(5)).toContainText('结算封存 stl_20261127_000000001：2 笔付款还没上链');
  await checkPage(page, 'operator-stuck');
  await page.setViewportSize(phone);
  await checkPage(page, 'operator-stuck-phone');
  await follow(page, lines.nth(3).getByRole('link'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('审计留痕');
});

test('a batch is searched, opened, recomputed from its published leaves, and saved', async ({ page }) => {
  await enter(page, 'agency-demo', '/batches');
  await checkPage(page, 'agency-batches');
  await page.keyboard.press('/');
  await page.keyboard.type('nothing-like-this');
  await expect(page.getByText('没有符合的行')).toBeVisible();
  await page.getByRole('searchbox').fill('');
  const download = page.waitForEvent('download');
  await page.locator('[data-test=csv]').click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv.split('\r\n')[0]).toContain('"reduction_milligrams"');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('o');
  await expect(page.locator('[data-test=endorsers]')).toContainText('城市主管部门');
  await page.locator('[data-test=verify-batch]').click();
  await expect(page.locator('[data-test=batch-verdict]')).toContainText('重算一致');
  await checkAsItStands(page, 'agency-batch');
});

test('batches of a day come page by page, and what is said of the day is of all of them', async ({ page }) => {
  for (const account of ['E2E-1', 'E2E-2'])
    await sendRecords('mobike-orders', [nightRide(account, '01:00', `bike-of-${account}`)]);
  const { audit } = await clientOf('agency-demo');
  const { sealed } = await audit.day(yesterday);
  expect(sealed.batches).toBeGreaterThan(1);
  await askOneByOne(page, /[/]v1[/]audit[/]batches[?]/);
  await enter(page, 'agency-demo', `/batches/${yesterday}`);
  const total = page.locator('[data-test=total]');
  await expect(total).toContainText(`已封存 ${String(sealed.batches)} 批`);
  await expect(total).toContainText(`${sealed.records.toLocaleString('en')} 条`);
  expect(await rowsOfFile(page)).toBe(sealed.batches);
  await page.setViewportSize(phone);
  await checkPages(page, { rows: sealed.batches, name: 'agency-batches-paged-phone' });
});

test('a batch whose leaves were changed is found out', async ({ page }) => {
  await page.route('**/leaves', async (route) => {
    const body = await (await route.fetch()).body();
    // In its first leaf: a batch may hold one.
    body[40] = (body[40] ?? 0) ^ 1;
    await route.fulfill({ body });
  });
  await enter(page, 'agency-demo', '/batches');
  await follow(page, page.locator('[data-row] a').first());
  await page.locator('[data-test=verify-batch]').click();
  await expect(page.locator('[data-test=batch-verdict]')).toContainText('重算不一致');
});

test('a single record is recomputed for a reason, which the person whose it is reads', async ({ page }) => {
  const { me, access } = await clientOf('ctz_sim-song');
  const record = (await me.trips({ limit: 100 })).items.find((trip) => trip.record !== undefined)?.record ?? '';
  await enter(page, 'agency-demo', '/day');
  await follow(page, page.getByRole('link', { name: '重算一条记录' }));
  await checkPage(page, 'agency-record-find');
  await page.locator('[data-test=record]').fill(record);
  await page.locator('[data-test=find]').click();
  await look(page, '抽样审计：第 48 周');
  await expect(page.locator('[data-test=record-verdict]')).toContainText('重算一致');
  await checkAsItStands(page, 'agency-record');
  await page.getByRole('button', { name: 'English', exact: true }).click();
  await page.setViewportSize(phone);
  await checkAsItStands(page, 'agency-record-en-phone');
  expect((await access.looks()).items[0]).toMatchObject({ subject: record, reason: '抽样审计：第 48 周' });
  await open(page, '/records/rec_none');
  await look(page, 'sample');
  await expect(page.locator('[data-trouble=refused]')).toContainText('CARBON_RECORD_UNKNOWN');
});

test('the chain of blocks is recomputed in the browser', async ({ page }) => {
  await enter(page, 'agency-demo', '/blocks');
  await expect(page.locator('[data-test=chain]')).toContainText('本机重算一致');
  await checkPage(page, 'agency-blocks');
  await follow(page, page.locator('[data-row] a').first());
  await checkAsItStands(page, 'agency-block');
});

test('a methodology is read whole, and its digest is that of its file', async ({ page }) => {
  await enter(page, 'agency-demo', '/methodologies');
  await follow(page, page.getByRole('link', { name: 'demo.low-carbon-travel@1' }));
  await expect(page.locator('[data-test=formula]').first()).toContainText('地铁 里程 × 地铁每公里少排放');
  await expect(page.locator('[data-test=factor]').first()).toContainText('60 g/km');
  await expect(page.locator('[data-test=factor]').first()).toContainText('本项目的演示因子，不是公布的数值 · 演示用');
  await checkPage(page, 'agency-methodology');
  const download = page.waitForEvent('download');
  await page.locator('[data-test=methodology-file]').click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('demo.low-carbon-travel@1.json');
  const digest = createHash('sha256')
    .update('tanhui-methodology-v1\0')
    .update(readFileSync(await file.path()));
  await expect(page.locator('.methodology-text .hash')).toHaveText(digest.digest('hex'));
  await page.setViewportSize(phone);
  await checkPage(page, 'agency-methodology-phone');
  await open(page, '/methodologies/nobody.has@1');
  await expect(page.locator('main .empty')).toContainText('没有这个版本的方法学');
  await open(page, `/batches/${yesterday}`);
  await follow(page, page.locator('[data-row] a').first());
  await follow(page, page.getByRole('link', { name: 'demo.low-carbon-travel@1' }));
  await expect(page.locator('[data-test=formula]').first()).toBeVisible();
});

test('refusals are told by code and line, methodologies with source, acts in a trail', async ({ page }) => {
  // A day that is over: the running one may have no refusal yet.
  await enter(page, 'agency-demo', `/refusals/${yesterday}`);
  await follow(page, page.locator('[data-test=by-code] a').first());
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await checkPage(page, 'agency-refusals');
  await open(page, '/methodologies');
  await checkAsItStands(page, 'agency-methodologies');
  await open(page, '/trail');
  await checkAsItStands(page, 'agency-trail');
});

test('an operator pauses a campaign and the sealing with a reason and lets them go on', async ({ page }) => {
  await enter(page, 'operator-demo', '/money');
  const campaign = demoCampaign(page);
  await campaign.getByRole('textbox').fill('演练');
  await campaign.locator('[data-test=pause]').click();
  await expect(campaign).toContainText('已暂停');
  await expect(page.locator('[data-test=deposits] [data-row]').last()).toContainText('¥10,000.00');
  await checkPage(page, 'operator-money');
  await page.setViewportSize({ width: 390, height: 844 });
  await checkPage(page, 'operator-money-phone');
  await page.setViewportSize({ width: 1440, height: 900 });
  await campaign.getByRole('textbox').fill('演练结束');
  await campaign.locator('[data-test=resume]').click();
  await expect(campaign).toContainText('进行中');
  await open(page, '/operations');
  const sealing = page.locator('[data-control=sealing]');
  await sealing.getByRole('textbox').fill('演练');
  await sealing.getByRole('button', { name: '暂停' }).click();
  await expect(sealing).toContainText('已暂停');
  await checkAsItStands(page, 'operator-operations');
  await sealing.getByRole('textbox').fill('演练结束');
  await sealing.getByRole('button', { name: '恢复' }).click();
  await expect(sealing).toContainText('进行中');
});

test('the console works on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await enter(page, 'agency-demo');
  await checkPage(page, 'agency-day-phone');
  await open(page, '/batches');
  await checkPage(page, 'agency-batches-phone');
});
