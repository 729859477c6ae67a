import { expect, test } from '@playwright/test';
import { change, checkPage, enter, follow, open } from './page-checks.ts';

test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

const reason = (code: string, text: string, next: string) => ({
  code,
  text: { 'zh-CN': text, en: `${code} (en)` },
  next: { 'zh-CN': next, en: 'What to do next' },
});

const obstacles = [
  reason('REWARDS_BUDGET_EMPTY', '出资方预算已用完', '减排量会保留，等待新的预算'),
  reason('REWARDS_PAUSED', '活动已暂停', '稍后再来'),
  reason('REWARDS_WALLET_FROZEN', '钱包不能收款', '在钱包应用中查看原因，或换绑钱包'),
  reason('REWARDS_MONTHLY_CAP', '已达到本月的兑换上限', '下个月再兑换'),
];

const bound = {
  binding: { lastFour: '4321', tier: 'class-3', state: 'active', balanceFen: '150', isSimulated: true },
};

for (const obstacle of obstacles)
  test(`the wallet says plainly: ${obstacle.code}`, async ({ page }) => {
    await change(page, '**/v1/me/wallet', (wallet) => ({ ...wallet, ...bound, obstacle, redeemableFen: '0' }));
    await enter(page, 'ctz_sim-hai', '/wallet');
    await expect(page.locator(`[data-obstacle=${obstacle.code}]`)).toContainText(obstacle.next['zh-CN']);
    await expect(page.locator('[data-test=redeem]')).toHaveCount(0);
    await checkPage(page, `wallet-${obstacle.code.toLowerCase().replace('rewards_', '').replace('_', '-')}`);
  });

for (const [state, said] of [
  ['frozen-in', '不能收款'],
  ['frozen', '已冻结'],
  ['closed', '已注销'],
] as const)
  test(`a wallet that is ${state} says so where its balance stands`, async ({ page }) => {
    await change(page, '**/v1/me/wallet', (wallet) => ({
      ...wallet,
      binding: { ...bound.binding, state },
      obstacle: reason('REWARDS_WALLET_FROZEN', '钱包不能收款', '在钱包应用中查看原因，或换绑钱包'),
    }));
    await enter(page, 'ctz_sim-hai', '/wallet');
    await expect(page.locator('[data-test=wallet-state]')).toHaveText(said);
    await follow(page, page.locator('[data-obstacle] a'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('绑定数字人民币钱包');
  });

test('the page that redeems says what is in the way instead of asking for an amount', async ({ page }) => {
  const [obstacle] = obstacles;
  await change(page, '**/v1/me/wallet', (wallet) => ({ ...wallet, ...bound, obstacle, redeemableFen: '0' }));
  await enter(page, 'ctz_sim-hai', '/wallet/redeem');
  await expect(page.locator('[data-obstacle=REWARDS_BUDGET_EMPTY]')).toContainText('等待新的预算');
  await expect(page.locator('[data-test=confirm]')).toHaveCount(0);
  await checkPage(page, 'redeem-budget-empty');
});

test('a payment whose outcome is not known yet shows in the list, and is not paid again', async ({ page }) => {
  await change(page, '**/v1/me/redemptions', () => ({ items: [{ ...redemption, status: 'unknown' }] }));
  await enter(page, 'ctz_sim-hai', '/wallet');
  await expect(page.locator('[data-status=unknown]')).toContainText('付款确认中');
  await follow(page, page.locator('[data-status=unknown]'));
  await expect(page.locator('[data-test=redemption-state]')).toHaveText('付款确认中');
  await expect(page.locator('main').getByRole('button')).toHaveCount(0);
});

const redemption = {
  redemption: 'pay_1',
  amountFen: '150',
  burnedMilligrams: '18750000',
  createdAt: 1_795_500_000_000,
};

for (const [status, sentence] of [
  ['unknown', '不会重复付款'],
  ['rejected', '减排量已经退回账户'],
  ['sent', '等待回答'],
  ['reserved', '正在发给银行'],
  ['returned', '款项退回'],
] as const)
  test(`a payment that is ${status} says what is known and what to do`, async ({ page }) => {
    await change(page, '**/v1/me/redemptions', () => ({
      items: [
        {
          ...redemption,
          status,
          ...(status === 'rejected' && {
            reason: reason('REWARDS_PAYMENT_REJECTED', '银行拒绝了这笔付款', '检查钱包后再兑换'),
          }),
        },
      ],
    }));
    await enter(page, 'ctz_sim-hai', '/wallet/redemptions/pay_1');
    await expect(page.getByText(sentence)).toBeVisible();
    await checkPage(page, `redemption-${status}`);
  });

test('grams that are being made up for are told', async ({ page }) => {
  await change(page, '**/v1/me', (me) => ({ ...me, clawbackMilligrams: '519900' }));
  await enter(page, 'ctz_sim-hai', '/wallet');
  await expect(page.locator('[data-test=clawback]')).toContainText('519 克');
  await checkPage(page, 'wallet-clawback');
});

for (const status of ['held', 'reversed'] as const)
  test(`a trip that is ${status} says so in the list and on its page`, async ({ page }) => {
    await change(page, '**/v1/me/trips*', ({ items, ...rest }) => ({
      ...rest,
      items: (items as Record<string, unknown>[]).map((trip, at) =>
        at === 0
          ? {
              ...trip,
              status,
              reason: reason('ACTIVITIES_SAME_JOURNEY_ELSEWHERE', '同一段行程已由另一个账户申领', '可以申诉'),
            }
          : trip,
      ),
    }));
    await enter(page, 'ctz_sim-hai', '/trips');
    await follow(page, page.locator(`[data-status=${status}]`));
    await expect(page.locator('[data-test=reason]')).toContainText('另一个账户');
    await checkPage(page, `trip-${status}`);
  });

test('a day without trips says what to do', async ({ page }) => {
  await change(page, '**/v1/me/trips*', () => ({ items: [] }));
  await enter(page, 'ctz_sim-hai', '/trips');
  await expect(page.getByText('还没有行程')).toBeVisible();
  await checkPage(page, 'trips-empty');
});

test('a person at whom nobody looked reads so', async ({ page }) => {
  await change(page, '**/v1/me/looks*', () => ({ items: [] }));
  await enter(page, 'ctz_sim-hai', '/mine/looks');
  await expect(page.getByText('没有工作人员或机构查看过')).toBeVisible();
  await checkPage(page, 'looks-empty');
});

test('no network is a state with a next step, and trying again helps', async ({ page }) => {
  await enter(page, 'ctz_sim-hai', '/wallet');
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
  await enter(page, 'ctz_sim-hai', '/mine');
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
  await enter(page, 'ctz_sim-hai', '/mine');
  await page.route('**/v1/me/wallet', () => undefined);
  await page.evaluate(() => (location.hash = '/wallet'));
  await expect(page.locator('.skeleton')).toBeVisible();
  await page.screenshot({ path: 'test-results/pages/state-loading.png' });
});
