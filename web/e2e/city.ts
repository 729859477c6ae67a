import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { createClient } from '../../sdk/src/client/index.ts';
import type { TanhuiClient } from '../../sdk/src/client/index.ts';
import type { BankAct } from './bank-act.ts';

const baseUrl = process.env['TANHUI_URL'] ?? 'http://127.0.0.1:8080';
const open = createClient({ baseUrl, locale: 'zh-CN' });

/** The running city through the public client, as somebody of the demo. */
export async function clientOf(identity: string): Promise<TanhuiClient> {
  const { token } = await open.demoSignIn(identity);
  return createClient({ baseUrl, locale: 'zh-CN', token });
}

/** A token of a partner that the demo does not have: the operator issues it a credential. */
async function partnerToken(subject: string): Promise<string> {
  const operator = await clientOf('operator-demo');
  const { secret } = await operator.access.issue({ role: 'partner', subject, label: 'e2e' }, randomUUID());
  return (await createClient({ baseUrl, locale: 'zh-CN', token: secret }).access.token()).token;
}

/** Lets a page go on as a partner that the demo does not have. */
export async function becomePartner(page: Page, subject: string): Promise<void> {
  const token = await partnerToken(subject);
  await page.evaluate((fresh) => {
    sessionStorage.setItem('tanhui.token', fresh);
  }, token);
}

export interface Terms {
  readonly budgetFen: string;
  readonly dailyCapFen?: string;
  readonly monthlyCapFen?: string;
  /** Whose budget it is. */
  readonly organisation?: string;
}

/** While a small campaign is on it is the one that everybody redeems from; gives how to end it. */
export async function openCampaign(name: string, terms: Terms): Promise<() => Promise<void>> {
  const operator = await clientOf('operator-demo');
  const { programme, today } = await operator.programme();
  const campaign = `cmp_${name}`;
  await operator.campaigns.create(
    {
      ...{ campaign, programme, sponsor: '模拟出资方', from: today },
      ...{ name: { 'zh-CN': `小活动 ${name}（演示）`, en: `Small campaign ${name} (demonstration)` } },
      // So dear that a short trip is enough for all that a journey redeems.
      ...{ priceFen: '8000', priceMilligrams: '1000000', dailyCapFen: '500', monthlyCapFen: '2000' },
      ...terms,
    },
    randomUUID(),
  );
  return async () => {
    await operator.campaigns.pause(campaign, '演练结束');
  };
}

export async function bindWalletAs(identity: string): Promise<void> {
  await (await clientOf(identity)).me.bindWallet('class-3', randomUUID());
}

/** Redeems as a citizen into a wallet of class 3; gives the redemption. */
export async function redeemAs(identity: string, amountFen: string): Promise<string> {
  await bindWalletAs(identity);
  return (await (await clientOf(identity)).me.redeem(amountFen, randomUUID())).redemption;
}

/** Tells the simulated bank something, at a counter that only this server has. */
export async function bank(act: BankAct): Promise<void> {
  const answer = await fetch(process.env['E2E_BANK_URL'] ?? '', { method: 'POST', body: JSON.stringify(act) });
  if (!answer.ok) throw new Error(await answer.text());
}
