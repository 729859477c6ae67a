import { isDeepStrictEqual } from 'node:util';
import type { Day, Fen, Instant } from '@tanhui/sdk/model';
import type { JournalDocument } from '../accounts/index.ts';
import { journal } from '../accounts/index.ts';
import type { AuditTrail, Clock, TrailAction, TrailActor } from '../kernel/index.ts';
import type { DocumentStore, Reader, Stored, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { WalletGateway, WalletRef } from '../wallets/index.ts';
import type { Campaign, Price, RegimeOf } from './campaign.ts';
import { campaignOf } from './campaign.ts';
import type { CampaignDocument, LocalText } from './collections.ts';
import { campaigns } from './collections.ts';
import { payIn } from './deposits.ts';
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
  const stands = await deps.store.get(campaigns, id);
  if (stands !== undefined) return sameCampaign(deps.store, stands, wanted);
  const payer = await deps.gateway.openWallet({ holder: wanted.sponsor, tier: 'class-1' });
  const paidInAt = await deps.deposit?.({ id: fundingId(id, 'open'), wallet: payer, amountFen: budgetFen });
  const at = deps.clock.now();
  const value: CampaignDocument = { ...termsOf(wanted), payer, isPaused: false, createdAt: at, createdBy: by.subject };
  return deps.store.unitOfWork(async (tx) => {
    const [answer] = await tx.insertMany(campaigns, [{ key: id, value }]);
    if (answer !== 'inserted') return sameCampaign(tx, await campaignStored(tx, id), wanted);
    const paidIn = { id: fundingId(id, 'open'), amountFen: budgetFen, at: paidInAt ?? at };
    await payIn(tx, { ...paidIn, campaign: id, payer: wanted });
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

/** The campaign that stands, if it is the one that is wanted: every term of it and what was paid in at first. Its last day may have been moved on since. */
async function sameCampaign(
  reader: Pick<Reader, 'get'>,
  { key, value }: Stored<CampaignDocument>,
  wanted: NewCampaign,
): Promise<Campaign> {
  const { to, ...terms } = termsOf(wanted);
  const own: Readonly<Record<string, unknown>> = { ...value };
  const isSame = [...Object.entries({ organisation: undefined, ...terms })].every(([name, term]) =>
    isDeepStrictEqual(own[name], term),
  );
  const hasItsEnd = to === undefined || to <= (value.to ?? '');
  const opening = await reader.get(journal, fundingId(key, 'open'));
  if (!isSame || !hasItsEnd || !isFunding(opening, wanted.budgetFen)) throw refuse('REWARDS_CAMPAIGN_EXISTS');
  return campaignOf(key, value);
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
    const at = paidInAt ?? deps.clock.now();
    if (addBudgetFen !== undefined)
      await payIn(tx, { id: funding, campaign: id, payer: stored.value, amountFen: addBudgetFen, at });
    const reason = [to, addBudgetFen].filter((part) => part !== undefined).join(' +');
    const act = { id, action: 'campaign-extended' as const, by: extension.by, reason };
    // Another extension may have come between: the last day never moves back, and money that is paid in is not refused.
    const end = [(await campaignStored(tx, id)).value.to, to]
      .filter((day) => day !== undefined)
      .sort()
      .at(-1);
    return change(tx, deps, { ...act, to: to === undefined || end === undefined ? {} : { to: end } });
  });
}

function fundingId(campaign: string, key: string): string {
  return `txn_000000000_budget_${campaign}_${key}`;
}

/** A key that has filled the budget before stands for that amount and for no other. */
async function checkFunding(reader: Pick<Reader, 'get'>, funding: string, amountFen: Fen | undefined): Promise<void> {
  const before = await reader.get(journal, funding);
  if (before !== undefined && !isFunding(before, amountFen)) throw refuse('REWARDS_KEY_REUSED');
}

function isFunding(entry: Stored<JournalDocument> | undefined, amountFen: Fen | undefined): boolean {
  return entry?.value.legs.some(({ amount }) => amount === String(amountFen ?? 0)) === true;
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
