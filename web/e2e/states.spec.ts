import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { bank, bindWalletAs, clientOf, nightRide, nightTrain, openCampaign, redeemAs, sendRecords } from './city.ts';
import { change, checkAsItStands, checkPage, enter, follow, open } from './page-checks.ts';
import { reasonOf } from './reasons.ts';

test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

const citizen = 'ctz_sim-hai';

/** Of the state that a journey brings about: found out, looked at, and what cannot be done is not offered. */
async function expectObstacle(page: Page, code: string): Promise<void> {
  await enter(page, citizen, '/wallet');
  await expect(page.locator(`[data-obstacle=${code}]`)).toContainText(reasonOf(code).next['zh-CN']);
  await expect(page.locator('[data-test=redeem]')).toHaveCount(0);
  await checkPage(page, `wallet-${code.toLowerCase().replace('rewards_', '').replaceAll('_', '-')}`);
}

test('a budget that is used up says so in the wallet and on the page that redeems', async ({ page }) => {
  const end = await openCampaign('states-budget', { budgetFen: '5' });
  try {
    await redeemAs(citizen, '5');
    await expectObstacle(page, 'REWARDS_BUDGET_EMPTY');
    await open(page, '/wallet/redeem');
    await expect(page.locator('[data-obstacle=REWARDS_BUDGET_EMPTY]')).toContainText('等待新的预算');
    await expect(page.locator('[data-test=confirm]')).toHaveCount(0);
    await checkPage(page, 'redeem-budget-empty');
  } finally {
    await end();
  }
});

test('a budget that was taken by others meanwhile says how much of it can still be redeemed', async ({ page }) => {
  const end = await openCampaign('states-short', { budgetFen: '5' });
  try {
    await bindWalletAs(citizen);
    await enter(page, citizen, '/wallet/redeem');
    await expect(page.locator('[data-test=confirm]')).toHaveText('兑换 ¥0.05');
    await redeemAs('ctz_sim-song', '3');
    await page.locator('[data-test=confirm]').click();
    await expect(page.locator('[data-trouble=refused]')).toContainText('现在最多可兑 ¥0.02');
    await checkAsItStands(page, 'redeem-budget-short');
  } finally {
    await end();
  }
});

test('the cap of a month says so once it is reached', async ({ page }) => {
  const end = await openCampaign('states-month', { budgetFen: '100', dailyCapFen: '4', monthlyCapFen: '4' });
  try {
    await redeemAs(citizen, '4');
    await expectObstacle(page, 'REWARDS_MONTHLY_CAP');
  } finally {
    await end();
  }
});

test('a campaign that the operator has paused says so', async ({ page }) => {
  const operator = await clientOf('operator-demo');
  const { items } = await operator.campaigns.list();
  const running = items.filter(({ isPaused }) => !isPaused);
  await bindWalletAs(citizen);
  for (const { campaign } of running) await operator.campaigns.pause(campaign, '演练');
  try {
    await expectObstacle(page, 'REWARDS_PAUSED');
  } finally {
    for (const { campaign } of running) await operator.campaigns.resume(campaign, '演练结束');
  }
});

for (const [code, todayFen, thisYearFen] of [
  ['REWARDS_WALLET_DAILY', '500000', '500000'],
  ['REWARDS_WALLET_YEARLY', '0', '5000000'],
] as const)
  test(`the wallet says plainly: ${code}`, async ({ page }) => {
    const end = await underQuotaControl({ todayFen, thisYearFen });
    try {
      await expectObstacle(page, code);
    } finally {
      await end();
    }
  });

/** Class 3 has no published limit of a day or a year; quota control lowers every wallet to those of class 4. */
async function underQuotaControl(spent: { readonly todayFen: string; readonly thisYearFen: string }) {
  await bindWalletAs(citizen);
  await bank({ do: 'quota', citizen, isOn: true });
  await bank({ do: 'spent', citizen, ...spent });
  return async () => {
    await bank({ do: 'spent', citizen, todayFen: '0', thisYearFen: '0' });
    await bank({ do: 'quota', citizen, isOn: false });
  };
}

test('a wallet tells its published limits, and what of them is used today and this year', async ({ page }) => {
  const end = await underQuotaControl({ todayFen: '120050', thisYearFen: '4999990' });
  try {
    await enter(page, citizen, '/wallet');
    await expect(page.locator('[data-limit=single]')).toHaveText('最多 ¥2,000.00');
    await expect(page.locator('[data-limit=today]')).toHaveText('已用 ¥1,200.50，上限 ¥5,000.00');
    await expect(page.locator('[data-limit=year]')).toHaveText('已用 ¥49,999.90，上限 ¥50,000.00');
    await expect(page.locator('[data-limit=balance]')).toHaveText('最多 ¥10,000.00');
    await expect(page.locator('[data-test=limits]')).toContainText('限额管控');
    await expect(page.locator('[data-test=limits-untold]')).toHaveCount(0);
    await checkPage(page, 'wallet-limits');
  } finally {
    await end();
  }
});

test('limits that are not known, and use that a wallet does not tell, are said to be so', async ({ page }) => {
  await bindWalletAs(citizen);
  await bank({ do: 'hide-use', isOn: true });
  try {
    await enter(page, citizen, '/wallet');
    await expect(page.locator('[data-limit=balance]')).toHaveText('最多 ¥20,000.00');
    await expect(page.locator('[data-limit=today]')).toHaveText('没有已知上限');
    await expect(page.locator('[data-test=limits-untold]')).toContainText('以钱包应用为准');
    await checkPage(page, 'wallet-limits-untold');
  } finally {
    await bank({ do: 'hide-use', isOn: false });
  }
  await bindWalletAs(citizen, 'class-1');
  await page.reload();
  await expect(page.locator('[data-test=limits-empty]')).toContainText('没有公布限额');
  await checkPage(page, 'wallet-limits-empty');
});

test('a wallet that cannot be reached says when its balance and limits come back', async ({ page }) => {
  await bindWalletAs(citizen);
  await bank({ do: 'silence', of: 'everything' });
  try {
    await enter(page, citizen, '/wallet');
    await expect(page.locator('[data-obstacle=REWARDS_GATEWAY_UNAVAILABLE]')).toContainText('稍后再兑换');
    await expect(page.getByText('这里会显示余额和限额')).toBeVisible();
    await checkPage(page, 'wallet-unreachable');
  } finally {
    await bank({ do: 'silence', of: 'nothing' });
  }
});

for (const [state, said, code] of [
  ['frozen-in', '不能收款', 'REWARDS_WALLET_FROZEN'],
  ['frozen', '已冻结', 'REWARDS_WALLET_FROZEN'],
  ['closed', '已注销', 'REWARDS_WALLET_CLOSED'],
] as const)
  test(`a wallet that is ${state} says so where its balance stands`, async ({ page }) => {
    await bindWalletAs(citizen);
    await bank({ do: 'state', citizen, state });
    try {
      await expectObstacle(page, code);
      await expect(page.locator('[data-test=wallet-state]')).toHaveText(said);
      await follow(page, page.locator('[data-obstacle] a'));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('绑定数字人民币钱包');
    } finally {
      await bank({ do: 'state', citizen, state: 'active' });
    }
  });

test('a payment whose outcome is not known yet says so, is not paid again, and is settled once the bank speaks', async ({
  page,
}) => {
  const end = await openCampaign('states-unknown', { budgetFen: '100' });
  await bank({ do: 'silence', of: 'payments' });
  try {
    const redemption = await redeemAs(citizen, '3');
    await enter(page, citizen, '/wallet');
    await expect(page.locator('[data-status=unknown]')).toContainText('付款确认中');
    await follow(page, page.locator('[data-status=unknown]'));
    await expect(page.locator('[data-test=redemption-state]')).toHaveText('付款确认中');
    await expect(page.getByText('我们会一直询问，直到查清')).toBeVisible();
    await expect(page.locator('main').getByRole('button')).toHaveCount(0);
    await checkPage(page, 'redemption-unknown');
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, 'operator-demo', '/money');
    const unresolved = page.locator('[data-test=unresolved]').filter({ hasText: redemption });
    await expect(unresolved).toContainText('等待确认');
    await checkPage(page, 'operator-payment-unknown');
    await bank({ do: 'silence', of: 'nothing' });
    await unresolved.getByRole('button', { name: '现在询问' }).click();
    await expect(unresolved).toHaveCount(0);
    await enter(page, citizen, `/wallet/redemptions/${redemption}`);
    await expect(page.locator('[data-test=redemption-state]')).toHaveText('已到账');
  } finally {
    await bank({ do: 'silence', of: 'nothing' });
    await end();
  }
});

test('a payment that waits says so, and one that the bank refuses gives the grams back', async ({ page }) => {
  const operator = await clientOf('operator-demo');
  const end = await openCampaign('states-refused', { budgetFen: '100' });
  await operator.operations.pause('payments', '演练');
  try {
    const redemption = await redeemAs(citizen, '3');
    await enter(page, citizen, `/wallet/redemptions/${redemption}`);
    await expect(page.getByText('正在发给银行')).toBeVisible();
    await checkPage(page, 'redemption-reserved');
    await bank({ do: 'state', citizen, state: 'frozen-in' });
    await operator.operations.resume('payments', '演练结束');
    await expect(page.getByText('减排量已经退回账户')).toBeVisible({ timeout: 15_000 });
    await checkPage(page, 'redemption-rejected');
  } finally {
    await operator.operations.resume('payments', '演练结束');
    await bank({ do: 'state', citizen, state: 'active' });
    await end();
  }
});

test('a payment that the bank has taken and not answered says so, and is paid once it does', async ({ page }) => {
  const end = await openCampaign('states-sent', { budgetFen: '100' });
  await bank({ do: 'ponder', isOn: true });
  try {
    const redemption = await redeemAs(citizen, '3');
    await enter(page, citizen, `/wallet/redemptions/${redemption}`);
    await expect(page.locator('[data-test=redemption-state]')).toHaveText('付款中');
    await expect(page.getByText('等待回答')).toBeVisible();
    await checkPage(page, 'redemption-sent');
    await bank({ do: 'ponder', isOn: false });
    await expect(page.locator('[data-test=redemption-state]')).toHaveText('已到账');
  } finally {
    await bank({ do: 'ponder', isOn: false });
    await end();
  }
});

const [ownAccount, anotherAccount] = ['SIM-000021', 'SIM-000033'];

/** A trip of the citizen's list that stands as it is said, however far down. */
async function openTrip(page: Page, status: 'held' | 'reversed'): Promise<void> {
  await enter(page, citizen, '/trips');
  const trip = page.locator(`[data-status=${status}]`);
  const more = page.locator('[data-test=more]');
  while ((await trip.count()) === 0 && (await more.count()) > 0) await more.click();
  await follow(page, trip.first());
}

test('a ride that another account has claimed is held, and says so in the list and on its page', async ({ page }) => {
  await sendRecords('mobike-orders', [nightRide(anotherAccount, '03:00', 'bike-of-two')]);
  await sendRecords('mobike-orders', [nightRide(ownAccount, '03:00', 'bike-of-two')]);
  await openTrip(page, 'held');
  await expect(page.locator('[data-test=reason]')).toContainText('另一个账户');
  await checkPage(page, 'trip-held');
});

test('a ride that stronger evidence takes back says so, and what was redeemed of it is made up for', async ({
  page,
}) => {
  const most = '2000000';
  const end = await openCampaign('states-clawback', { budgetFen: most, dailyCapFen: most, monthlyCapFen: most });
  try {
    await sendRecords('mobike-orders', [nightRide(ownAccount, '02:00', 'bike-one')]);
    await bindWalletAs(citizen);
    const { me } = await clientOf(citizen);
    await redeemAs(citizen, (await me.wallet()).redeemableFen);
    await sendRecords('metro-trips', [nightTrain(ownAccount, '02:00')]);
    await openTrip(page, 'reversed');
    await expect(page.locator('[data-test=reason]')).toContainText('重叠');
    await checkPage(page, 'trip-reversed');
    // 4 km by bike were 140 g, the stop by metro is 58.56 g; less than the price of one fen was left.
    await open(page, '/wallet');
    await expect(page.locator('[data-test=clawback]')).toContainText('81 克');
    await checkPage(page, 'wallet-clawback');
    await sendRecords('mobike-orders', [
      nightRide(ownAccount, '03:40', 'bike-two'),
      nightRide(ownAccount, '04:20', 'bike-two'),
    ]);
    await page.reload();
    await expect(page.locator('[data-test=wallet-balance]')).toBeVisible();
    await expect(page.locator('[data-test=clawback]')).toHaveCount(0);
  } finally {
    await end();
  }
});

test('a day without trips says what to do', async ({ page }) => {
  await change(page, '**/v1/me/trips*', () => ({ items: [] }));
  await enter(page, citizen, '/trips');
  await expect(page.getByText('还没有行程')).toBeVisible();
  await checkPage(page, 'trips-empty');
});

test('a person at whom nobody looked reads so', async ({ page }) => {
  await change(page, '**/v1/me/looks*', () => ({ items: [] }));
  await enter(page, citizen, '/mine/looks');
  await expect(page.getByText('没有工作人员或机构查看过')).toBeVisible();
  await checkPage(page, 'looks-empty');
});

test('no network is a state with a next step, and trying again helps', async ({ page }) => {
  await enter(page, citizen, '/wallet');
  await page.route('**/v1/**', (route) => route.abort());
  await open(page, '/today');
  await expect(page.locator('[data-trouble=offline]').first()).toContainText('没有收到回答');
  await checkPage(page, 'offline');
  await page.unroute('**/v1/**');
  await page.getByRole('button', { name: '重试' }).first().click();
  await expect(page.locator('[data-test=today-grams]')).toBeVisible();
});

test('a defect of ours shows its trace, a refusal its code, a lost sign-in the way back', async ({ page }) => {
  const problem = (status: number, code: string) => ({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ title: code, code, status, detail: '出了问题', next: '请稍后再试', traceId: 'a1b2c3d4' }),
  });
  await enter(page, citizen, '/mine');
  for (const [status, code, kind, said] of [
    [500, 'DEFECT', 'failed', 'a1b2c3d4'],
    [403, 'HTTP_ROLE_FORBIDDEN', 'refused', '请稍后再试'],
    [401, 'HTTP_TOKEN_INVALID', 'signed-out', '还没有登录'],
  ] as const) {
    await page.route('**/v1/me/wallet', (route) => route.fulfill(problem(status, code)));
    await open(page, '/wallet');
    await expect(page.locator(`[data-trouble=${kind}]`)).toContainText(said);
    await checkPage(page, `state-${kind}`);
    await page.unroute('**/v1/me/wallet');
    await open(page, '/mine');
  }
});

test('while a page is read its shape stands', async ({ page }) => {
  await enter(page, citizen, '/mine');
  await page.route('**/v1/me/wallet', () => undefined);
  await page.evaluate(() => (location.hash = '/wallet'));
  await expect(page.locator('.skeleton')).toBeVisible();
  await page.screenshot({ path: 'test-results/pages/state-loading.png' });
});
