import type { Day, Fen, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import { journal, postTransfer } from '../accounts/index.ts';
import type { AuditTrail, Clock, TrailAction, TrailActor } from '../kernel/index.ts';
import type { DocumentStore, Reader, Stored, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { WalletGateway, WalletRef } from '../wallets/index.ts';
import type { Campaign, Price, RegimeOf } from './campaign.ts';
import { budgetAccount, campaignOf } from './campaign.ts';
import type { CampaignDocument, LocalText } from './collections.ts';
import { campaigns } from './collections.ts';
import { refuse } from './refusals.ts';

export interface CampaignDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly gateway: WalletGateway;
  readonly trail: AuditTrail<Transaction>;
  /** 制度: money is paid in only for a programme that pays it out. */
  readonly regimeOf: RegimeOf;
  /**
   * A simulated sponsor's deposit at the simulated bank; absent with a real one, where the sponsor pays in. The books follow the money, so this comes first;
   * the same id deposits once. Answers when the bank booked it: the books have it under that day.
   */
  readonly deposit?: (deposit: {
    readonly id: string;
    readonly wallet: WalletRef;
    readonly amountFen: Fen;
  }) => Promise<Instant>;
}

export interface NewCampaign {
  readonly id: string;
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  readonly organisation?: string;
  readonly price: Price;
  readonly dailyCapFen: Fen;
  readonly monthlyCapFen: Fen;
  readonly budgetFen: Fen;
  readonly from: Day;
  readonly to?: Day;
}

/** 立项: stores a campaign and opens its budget. The same campaign again changes nothing; the id for another one is refused. */
export async function createCampaign(deps: CampaignDeps, wanted: NewCampaign, by: TrailActor): Promise<Campaign> {
  const { id, budgetFen, from, to } = wanted;
  const isSound = wanted.price.fen > 0n && wanted.price.milligrams > 0n && wanted.dailyCapFen <= wanted.monthlyCapFen;
  if (!isSound || (to !== undefined && to < from)) throw refuse('REWARDS_CAMPAIGN_INVALID');
  if (deps.regimeOf(wanted.programme) !== 'ecny') throw refuse('REWARDS_NO_MONEY_REGIME');
  const payer = await deps.gateway.openWallet({ holder: wanted.sponsor, tier: 'class-1' });
  const paidInAt = await deps.deposit?.({ id: fundingId(id, 'open'), wallet: payer, amountFen: budgetFen });
  const at = deps.clock.now();
  const value: CampaignDocument = { ...termsOf(wanted), payer, isPaused: false, createdAt: at, createdBy: by.subject };
  return deps.store.unitOfWork(async (tx) => {
    const [answer] = await tx.insertMany(campaigns, [{ key: id, value }]);
    if (answer !== 'inserted') return sameCampaign(await campaignStored(tx, id), wanted);
    const paidIn = { id: fundingId(id, 'open'), amountFen: budgetFen, at: paidInAt ?? at };
    await addBudget(tx, { ...paidIn, campaign: id, sponsor: wanted.sponsor });
    await deps.trail.append(tx, { actor: by, action: 'campaign-created', subject: id });
    return campaignOf(id, value);
  });
}

function termsOf(wanted: NewCampaign) {
  const { programme, name, sponsor, organisation, price, dailyCapFen, monthlyCapFen, from, to } = wanted;
  return {
    programme,
    name,
    sponsor,
    ...(organisation !== undefined && { organisation }),
    priceFen: String(price.fen),
    priceMilligrams: String(price.milligrams),
    dailyCapFen: String(dailyCapFen),
    monthlyCapFen: String(monthlyCapFen),
    from,
    ...(to !== undefined && { to }),
  };
}

function sameCampaign(stored: Stored<CampaignDocument>, wanted: NewCampaign): Campaign {
  const { programme, sponsor, priceFen, priceMilligrams } = stored.value;
  const asked = termsOf(wanted);
  const isSame =
    programme === asked.programme &&
    sponsor === asked.sponsor &&
    priceFen === asked.priceFen &&
    priceMilligrams === asked.priceMilligrams;
  if (!isSame) throw refuse('REWARDS_CAMPAIGN_EXISTS');
  return campaignOf(stored.key, stored.value);
}

/** 暂停 or 恢复. What was redeemed before is still paid. */
export async function setPaused(
  deps: CampaignDeps,
  act: { readonly id: string; readonly isPaused: boolean; readonly by: TrailActor; readonly reason: string },
): Promise<Campaign> {
  const action = act.isPaused ? 'campaign-paused' : 'campaign-resumed';
  return deps.store.unitOfWork((tx) => change(tx, deps, { ...act, action, to: { isPaused: act.isPaused } }));
}

/** 延期、追加: a later last day, more budget, or both. `key` is the caller's: the same key adds once. */
export async function extendCampaign(
  deps: CampaignDeps,
  extension: {
    readonly id: string;
    readonly key: string;
    readonly to?: Day | undefined;
    readonly addBudgetFen?: Fen | undefined;
    readonly by: TrailActor;
  },
): Promise<Campaign> {
  const { id, to, addBudgetFen } = extension;
  const stored = await campaignStored(deps.store, id);
  if (to !== undefined && to < (stored.value.to ?? stored.value.from)) throw refuse('REWARDS_CAMPAIGN_INVALID');
  const funding = fundingId(id, extension.key);
  await checkFunding(deps.store, funding, addBudgetFen);
  const deposit = { id: funding, wallet: stored.value.payer };
  const paidInAt =
    addBudgetFen === undefined ? undefined : await deps.deposit?.({ ...deposit, amountFen: addBudgetFen });
  return deps.store.unitOfWork(async (tx) => {
    const { sponsor } = stored.value;
    const at = paidInAt ?? deps.clock.now();
    if (addBudgetFen !== undefined)
      await addBudget(tx, { id: funding, campaign: id, sponsor, amountFen: addBudgetFen, at });
    const reason = [to, addBudgetFen].filter((part) => part !== undefined).join(' +');
    const act = { id, action: 'campaign-extended' as const, by: extension.by, reason };
    return change(tx, deps, { ...act, to: to === undefined ? {} : { to } });
  });
}

function fundingId(campaign: string, key: string): string {
  return `txn_000000000_budget_${campaign}_${key}`;
}

/** A key that has filled the budget before stands for that amount and for no other. */
async function checkFunding(reader: Pick<Reader, 'get'>, funding: string, amountFen: Fen | undefined): Promise<void> {
  const before = await reader.get(journal, funding);
  const isSame = before?.value.legs.some(({ amount }) => amount === String(amountFen ?? 0));
  if (before !== undefined && isSame !== true) throw refuse('REWARDS_KEY_REUSED');
}

/** Money of the budget account mirrors what the sponsor put in outside, on the day on which the bank has it. */
async function addBudget(
  tx: Transaction,
  budget: {
    readonly id: string;
    readonly campaign: string;
    readonly sponsor: string;
    readonly amountFen: bigint;
    readonly at: number;
  },
): Promise<void> {
  const { id, campaign, sponsor, amountFen, at } = budget;
  const legs = [
    { account: `external:${sponsor}`, asset: 'fen' as const, amount: -amountFen },
    { account: budgetAccount(campaign), asset: 'fen' as const, amount: amountFen },
  ];
  await postTransfer(tx, { id, at, kind: 'budget', legs, bookedOn: dayOf(at) });
}

async function change(
  tx: Transaction,
  deps: CampaignDeps,
  act: {
    readonly id: string;
    readonly to: Partial<CampaignDocument>;
    readonly action: TrailAction;
    readonly by: TrailActor;
    readonly reason: string;
  },
): Promise<Campaign> {
  const { id, to, action, by, reason } = act;
  const stored = await campaignStored(tx, id);
  const value = { ...stored.value, ...to };
  await tx.replaceMany(campaigns, [{ ...stored, value }]);
  await deps.trail.append(tx, { actor: by, action, subject: id, reason });
  return campaignOf(id, value);
}

async function campaignStored(reader: Pick<Reader, 'get'>, id: string): Promise<Stored<CampaignDocument>> {
  const stored = await reader.get(campaigns, id);
  if (stored === undefined) throw refuse('REWARDS_CAMPAIGN_UNKNOWN');
  return stored;
}

/** A programme's campaigns, newest first. */
export async function campaignsOf(reader: Reader, programme: string): Promise<readonly Campaign[]> {
  const query = { index: 'by_programme', prefix: [programme], order: 'descending' as const };
  return (await everyOf(reader, campaigns, query)).map(({ key, value }) => campaignOf(key, value));
}

/** The campaign that is on: of those whose days hold this one the newest, a running one before a paused one. */
export async function campaignOn(reader: Reader, programme: string, day: Day): Promise<Campaign | undefined> {
  const on = (await campaignsOf(reader, programme)).filter(({ from, to }) => from <= day && (to ?? day) >= day);
  return on.find(({ isPaused }) => !isPaused) ?? on[0];
}
