import { randomUUID } from 'node:crypto';
import { test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { createClient } from '../../sdk/src/client/index.ts';
import type { TanhuiClient, WalletTier } from '../../sdk/src/client/index.ts';
import type { Day } from '../../sdk/src/model/index.ts';
import type { BankAct } from './bank-act.ts';

/** The public client of the city that this journey runs in: each project of the journeys has one of its own. */
function clientWith(token?: string): TanhuiClient {
  const { baseURL: baseUrl = '' } = test.info().project.use;
  return createClient({ baseUrl, locale: 'zh-CN', ...(token !== undefined && { token }) });
}

/** The running city through the public client, as somebody of the demo. */
export async function clientOf(identity: string): Promise<TanhuiClient> {
  const { token } = await clientWith().demoSignIn(identity);
  return clientWith(token);
}

/** A token of a partner that the demo does not have: the operator issues it a credential. */
async function partnerToken(subject: string): Promise<string> {
  const operator = await clientOf('operator-demo');
  const { secret } = await operator.access.issue({ role: 'partner', subject, label: 'e2e' }, randomUUID());
  return (await clientWith(secret).access.token()).token;
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

export async function bindWalletAs(identity: string, tier: WalletTier = 'class-3'): Promise<void> {
  await (await clientOf(identity)).me.bindWallet(tier, randomUUID());
}

/** Redeems as a citizen into a wallet of class 3; gives the redemption. */
export async function redeemAs(identity: string, amountFen: string): Promise<string> {
  await bindWalletAs(identity);
  return (await (await clientOf(identity)).me.redeem(amountFen, randomUUID())).redemption;
}

/** Sends records as whoever runs the source does, and has them sealed. */
export async function sendRecords(source: string, records: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const { runs } = await clientOf('operator-demo');
  const { run } = await runs.open({ source, programme: 'qingdao-demo' });
  await runs.send(
    { run, source },
    records.map((fields, at) => ({ line: at + 1, fields })),
  );
  await runs.finish(run);
}

const zoneMs = 8 * 3_600_000;
/** The day, in UTC+8, of what happens at night. */
export const yesterday = new Date(Date.now() + zoneMs - 86_400_000).toISOString().slice(0, 10) as Day;

/** A bike order of 4 km in half an hour of yesterday, at night, when nobody of the demonstration rides. */
export function nightRide(userid: string, start: string, bikeid: string): Readonly<Record<string, string>> {
  const { began, ended } = halfAnHour(start);
  const times = { start_time: `${yesterday} ${clockOf(began)}`, end_time: `${yesterday} ${clockOf(ended)}` };
  return { orderid: `e2e-${userid}-${bikeid}-${start}`, userid, bikeid, ...times, track_m: '4000' };
}

/** A metro trip of one stop in the same half hour. */
export function nightTrain(account: string, start: string): Readonly<Record<string, string>> {
  const { began, ended } = halfAnHour(start);
  return {
    ...{ account, trip_id: `e2e-${account}-${start}`, network: 'qingdao-2025-01', from: '五四广场', to: '浮山所' },
    ...{ entered_at: String(began), left_at: String(ended) },
  };
}

function halfAnHour(start: string) {
  const began = Date.parse(`${yesterday}T${start}:00+08:00`);
  return { began, ended: began + 1_800_000 };
}

function clockOf(at: number): string {
  return new Date(at + zoneMs).toISOString().slice(11, 16);
}

/** Tells the simulated bank something, at a counter that only this server has. */
export async function bank(act: BankAct): Promise<void> {
  const answer = await fetch(String(test.info().project.metadata['bankUrl']), {
    method: 'POST',
    body: JSON.stringify(act),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
