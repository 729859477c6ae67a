import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { change, checkAsItStands, checkPage, enter, follow, open, speak } from './page-checks.ts';

async function openFirst(page: Page, status: string): Promise<void> {
  await open(page, '/trips');
  const more = page.getByRole('button', { name: '再看一些' });
  while ((await page.locator(`[data-status=${status}]`).count()) === 0) await more.click();
  await follow(page, page.locator(`[data-status=${status}]`).first());
}

/** The file of the receipt that the page shows. */
async function saved(page: Page): Promise<string> {
  const download = page.waitForEvent('download');
  await page.locator('[data-test=save]').click();
  return (await download).path();
}

async function pick(page: Page, receipt: string): Promise<void> {
  const file = { name: 'receipt.json', mimeType: 'application/json', buffer: Buffer.from(receipt) };
  await page.locator('[data-test=file]').setInputFiles(file);
}

test('a visitor sees what this is and picks a simulated person', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText('演示数据：人物与行程均为模拟')).toBeVisible();
  await expect(page.locator('[data-identity]').first()).toBeVisible();
  await checkPage(page, 'landing');
});

test('a citizen sees one number first, what it is worth, and the trips behind it', async ({ page }) => {
  await enter(page, 'ctz_sim-lan');
  await expect(page.locator('[data-test=today-grams]')).toContainText(/克/);
  await expect(page.locator('[data-test=ground]')).toContainText('由同一运营方运行');
  await checkPage(page, 'today');
});

test('before the first trip of a day today says so and leads to the last day with trips', async ({ page }) => {
  // The next morning: the programme's day goes on, everything else is as it was.
  await change(page, '**/v1/programme', ({ today, ...rest }) => ({
    ...rest,
    today: new Date(Date.parse(String(today)) + 86_400_000).toISOString().slice(0, 10),
  }));
  await enter(page, 'ctz_sim-lan');
  await expect(page.locator('[data-test=no-trips]')).toContainText('今天还没有行程');
  const grams = await page.locator('[data-test=today-grams]').innerText();
  await checkPage(page, 'today-none');
  await page.setViewportSize({ width: 1440, height: 900 });
  await checkAsItStands(page, 'today-none-wide');
  await page.setViewportSize({ width: 390, height: 844 });
  await follow(page, page.locator('[data-test=latest]'));
  await expect(page.locator('[data-test=today-grams]')).toHaveText(grams.replace('\n', ' '));
  await expect(page.locator('[data-status]').first()).toBeVisible();
  await expect(page.locator('.tab.on')).toHaveText('今天');
  await checkPage(page, 'day');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('who has no trip at all is told how to get some', async ({ page }) => {
  await change(page, '**/v1/me', (me) => ({ ...me, latestDay: undefined }));
  await enter(page, 'ctz_sim-lan');
  await expect(page.locator('[data-test=no-trips]').getByRole('link')).toHaveText('绑定账户');
  await expect(page.locator('[data-test=latest]')).toHaveCount(0);
  await checkPage(page, 'today-never');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('an apostrophe in English is as narrow as a letter, and in Chinese a quotation mark keeps its width', async ({
  page,
}) => {
  await page.goto('/');
  const width = (mark: string) =>
    page.evaluate((text) => {
      const line = document.createElement('span');
      line.style.cssText = 'position: absolute; font-size: 100px';
      line.textContent = text;
      document.body.append(line);
      const { width: found } = line.getBoundingClientRect();
      line.remove();
      return found;
    }, mark);
  await speak(page, 'en');
  expect(await width('’')).toBeLessThan(50);
  await speak(page, 'zh-CN');
  expect(await width('“')).toBeGreaterThan(80);
});

test('a trip that does not count says why, what would change it, and takes an appeal', async ({ page }) => {
  await enter(page, 'ctz_sim-lan', '/trips');
  await checkPage(page, 'trips');
  await openFirst(page, 'refused');
  await expect(page.locator('[data-test=reason]')).toContainText('重叠');
  await expect(page.locator('[data-test=next]')).toContainText('申诉');
  await checkPage(page, 'trip');
});

test('a figure opens its formula, and its receipt is verified on the device and from a file', async ({ page }) => {
  await enter(page, 'ctz_sim-lan');
  await openFirst(page, 'accepted');
  await expect(page.locator('[data-test=explanation]')).toContainText(/km × .* = .* g/);
  await expect(page.locator('[data-test=verdict]')).toContainText('未联网');
  await expect(page.locator('[data-outcome=passed]')).toHaveCount(3);
  await checkPage(page, 'receipt');

  const path = await saved(page);
  await open(page, '/proof/verify');
  await page.locator('[data-test=file]').setInputFiles(path);
  await expect(page.locator('[data-test=verdict]')).toContainText('已在本机核验');
  await checkAsItStands(page, 'verify-file');

  const forged = readFileSync(path, 'utf8').replace(/"reductionMilligrams":"\d+"/, '"reductionMilligrams":"99999999"');
  await pick(page, forged);
  await expect(page.locator('[data-test=verdict]')).toContainText('核验未通过');
  await checkAsItStands(page, 'verify-forged');
});

test('verification asks the network for nothing', async ({ page, context }) => {
  await enter(page, 'ctz_sim-lan', '/proof');
  const receipt = await page.evaluate(async () => {
    const headers = { authorization: `Bearer ${sessionStorage.getItem('tanhui.token') ?? ''}` };
    const { items } = (await (await fetch('/v1/me/trips?limit=50', { headers })).json()) as {
      items: { record?: string }[];
    };
    const record = items.find((one) => one.record !== undefined)?.record ?? '';
    return (await fetch(`/v1/me/records/${record}/receipt`, { headers })).text();
  });
  await open(page, '/proof/verify');
  await context.setOffline(true);
  await pick(page, receipt);
  await expect(page.locator('[data-test=verdict]')).toContainText('已在本机核验');
});

test('grams become yuan in a wallet once, and the cap is told', async ({ page }) => {
  await enter(page, 'ctz_sim-lan', '/wallet');
  await expect(page.locator('[data-obstacle=REWARDS_NO_WALLET]')).toBeVisible();
  await checkPage(page, 'wallet-unbound');
  await follow(page, page.getByRole('link', { name: '去绑定' }));
  await checkPage(page, 'wallet-bind');
  await page.locator('[data-test=bind]').click();
  await expect(page.locator('[data-test=wallet-balance]')).toHaveText('¥0.00');
  await checkPage(page, 'wallet');
  await follow(page, page.locator('[data-test=redeem]'));
  await page.locator('input').fill('9');
  await expect(page.getByText('最多可兑 ¥2.00')).toBeVisible();
  await expect(page.locator('[data-test=confirm]')).toBeDisabled();
  await checkAsItStands(page, 'redeem');
  await page.locator('input').fill('2');
  await page.locator('[data-test=confirm]').click();
  await expect(page.locator('[data-test=redemption-state]')).toHaveText('已到账');
  await expect(page.locator('[data-test=verdict]')).toContainText('未联网');
  await expect(page.locator('[data-outcome=passed]')).toHaveCount(3);
  await expect(page.locator('[data-step=place]')).toContainText(/在结算封存里的第 \d+ 笔/);
  await expect(page.locator('[data-test=seal-facts]')).toContainText(/stl_\S+\s*区块\s*\d+（凭证所写/);
  await checkPage(page, 'redemption');
  const receipt = await saved(page);
  await open(page, '/proof/verify');
  await page.locator('[data-test=file]').setInputFiles(receipt);
  await expect(page.locator('[data-test=sealed]')).toContainText('¥2.00');
  await expect(page.locator('[data-test=verdict]')).toContainText('已在本机核验');
  await checkAsItStands(page, 'verify-settlement');
  await pick(page, readFileSync(receipt, 'utf8').replace('"amountFen":"200"', '"amountFen":"900"'));
  await expect(page.locator('[data-step=place]')).toHaveAttribute('data-outcome', 'failed');
  await expect(page.locator('[data-test=verdict]')).toContainText('核验未通过');
  await checkAsItStands(page, 'verify-settlement-forged');
  await open(page, '/wallet');
  await expect(page.locator('[data-test=wallet-balance]')).toHaveText('¥2.00');
  await expect(page.locator('[data-obstacle=REWARDS_DAILY_CAP]')).toBeVisible();
  await checkPage(page, 'wallet-cap');
  await open(page, '/wallet/unbind');
  await checkPage(page, 'wallet-unbind');
});

test('before a payment is sealed, while it is on its way and where it came back, its page says why there is no receipt', async ({
  page,
}) => {
  let status = 'settled';
  await page.route(/[/]v1[/]me[/]redemptions[/]pay_e2e$/, (route) =>
    route.fulfill({
      json: { redemption: 'pay_e2e', amountFen: '200', burnedMilligrams: '25000000', createdAt: Date.now(), status },
    }),
  );
  await enter(page, 'ctz_sim-lan', '/wallet/redemptions/pay_e2e');
  await expect(page.locator('[data-no-proof=waiting]')).toContainText('已到账，还没封存');
  await checkPage(page, 'redemption-unsealed');
  status = 'sent';
  await page.reload();
  await expect(page.locator('[data-no-proof=unpaid]')).toContainText('到账并封存上账本以后');
  await checkAsItStands(page, 'redemption-unpaid');
  status = 'rejected';
  await page.reload();
  await expect(page.locator('[data-no-proof=none]')).toContainText('没有付款');
  await expect(page.getByText('退回的减排量')).toBeVisible();
  await checkAsItStands(page, 'redemption-rejected');
  await open(page, '/wallet/redemptions/pay_nobody');
  await expect(page.getByText('没有这笔兑换')).toBeVisible();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('where the receipt cannot be had, the page still says that the money arrived', async ({ page }) => {
  const seal = { settlement: 'stl_e2e', transaction: 'a'.repeat(64), block: 7 };
  const paid = { redemption: 'pay_e2e', amountFen: '200', burnedMilligrams: '25000000', createdAt: Date.now() };
  await page.route(/[/]v1[/]me[/]redemptions[/]pay_e2e$/, (route) =>
    route.fulfill({ json: { ...paid, status: 'settled', seal } }),
  );
  await page.route(/[/]pay_e2e[/]receipt$/, (route) => route.abort());
  await enter(page, 'ctz_sim-lan', '/wallet/redemptions/pay_e2e');
  await expect(page.locator('[data-test=redemption-state]')).toHaveText('已到账');
  await expect(page.locator('[data-trouble=offline]')).toBeVisible();
  await checkPage(page, 'redemption-offline');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

for (const [name, address] of [
  ['proof', '/proof'],
  ['methodologies', '/proof/methodologies'],
  ['methodology', '/proof/methodologies/cn.shenzhen.public-transit@2021'],
  ['mine', '/mine'],
  ['accounts', '/mine/accounts'],
  ['bind-account', '/mine/accounts/bind'],
  ['appeals-none', '/mine/appeals'],
  ['export', '/mine/export'],
  ['erase', '/mine/erase'],
] as const)
  test(`the page ${name} is whole in both languages, light and dark`, async ({ page }) => {
    await enter(page, 'ctz_sim-hai', address);
    await checkPage(page, name);
  });

test('a person takes everything home as one file', async ({ page }) => {
  await enter(page, 'ctz_sim-hai', '/mine/export');
  const download = page.waitForEvent('download');
  await page.locator('[data-test=export]').click();
  const found = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as { trips: unknown[] };
  expect(found.trips.length).toBeGreaterThan(10);
});

test('consent is given and withdrawn with its consequences told', async ({ page }) => {
  await enter(page, 'ctz_sim-song', '/mine/accounts');
  await expect(page.locator('[data-test=account]')).toHaveCount(3);
  await follow(page, page.getByRole('link', { name: '撤回' }).first());
  await expect(page.getByText('已经计入的减排量保留')).toBeVisible();
  await expect(page.locator('[data-test=withdrawn-account]')).toContainText('地铁行程');
  await checkPage(page, 'withdraw');
  await page.locator('[data-test=withdraw]').click();
  await expect(page.locator('[data-test=account]')).toHaveCount(2);
});

test('what an address names and nobody has is told with a way on, and no form stands there', async ({ page }) => {
  await enter(page, 'ctz_sim-hai', '/mine/accounts');
  for (const [address, text] of [
    ['/mine/accounts/acc_nobodys/withdraw', '没有授权这个账户'],
    ['/mine/appeals/new/2026-11-20/act_nobodys', '没有这段行程'],
    ['/trips/2026-11-20/act_nobodys', '没有这段行程'],
    ['/proof/methodologies/nobody.has@1', '没有这个版本的方法学'],
  ] as const) {
    await open(page, address);
    await expect(page.locator('main .empty')).toContainText(text);
    await expect(page.locator('main .empty a')).toBeVisible();
    await expect(page.locator('main form')).toHaveCount(0);
  }
});

test('elder mode has three tabs in words and larger type', async ({ page }) => {
  await enter(page, 'ctz_sim-hai', '/mine');
  await page.locator('[data-test=elder]').check();
  await expect(page.locator('.tabs a')).toHaveCount(3);
  await expect(page.locator('.tabs svg')).toHaveCount(0);
  expect(await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize))).toBeGreaterThanOrEqual(18);
  await open(page, '/today');
  await checkPage(page, 'today-elder');
});
