import { hash } from 'node:crypto';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { Day, Fen, Instant } from '@tanhui/sdk/model';
import { hold, postHold, postTransfer, reverseTransfer, voidHold } from '../accounts/index.ts';
import { required } from '../kernel/index.ts';
import type { Reader, Stored, Transaction } from '../storage/index.ts';
import type { FinalOutcome } from '../wallets/index.ts';
import { instruct, walletBindings } from '../wallets/index.ts';
import { countBudget } from './budget.ts';
import type { Campaign } from './campaign.ts';
import { budgetAccount, fenFor, milligramsFor } from './campaign.ts';
import type { RedemptionDocument } from './collections.ts';
import { redemptionCaps, redemptions } from './collections.ts';
import { countMoney } from './money-day.ts';
import type { Quote, RewardDeps } from './quote.ts';
import { capKey, obstacleOf, quoteWith } from './quote.ts';
import { refuse } from './refusals.ts';
import { settlementBody, settlementCommitment } from './settlement.ts';
import { walletStanding } from './wallet-standing.ts';

/** How long a caller's key stands for the redemption that it made. */
const keyDays = 31;
const saltSize = 32;

export interface RedemptionRequest {
  readonly citizen: string;
  readonly amountFen: Fen;
  readonly idempotencyKey: string;
}

/**
 * Redeems 兑换: burns ceil(fen × milligrams per fen), reserves the fen out of the budget, and writes the payment instruction; all or nothing. The same key
 * is the same redemption for a month. The wallet is asked before, because a gateway may be far away; the payment itself is what finds out.
 */
export async function redeem(deps: RewardDeps, request: RedemptionRequest): Promise<Stored<RedemptionDocument>> {
  const standing = await walletStanding(deps, request.citizen);
  return deps.store.unitOfWork(async (tx) => {
    // One instant for all of it: at midnight the id, the cap and the account of the burned grams would be of two days.
    const at = deps.clock.now();
    const today = dayOf(at);
    const before = await redemptionOfKey(tx, request, today);
    if (before !== undefined) {
      if (before.value.amountFen !== String(request.amountFen)) throw refuse('REWARDS_KEY_REUSED');
      return before;
    }
    const offer = await quoteWith(tx, deps, { citizen: request.citizen, standing, today });
    const campaign = checkedOffer(offer, request.amountFen);
    return reserve(tx, { id: redemptionId(today, request), request, campaign, at });
  });
}

/** Led by its day, so that redemptions lie in the order of their days; the rest comes from the caller's key. */
function redemptionId(day: Day, { citizen, idempotencyKey }: RedemptionRequest): string {
  return `pay_${day.replaceAll('-', '')}_${hash('sha256', `${citizen}\0${idempotencyKey}`, 'hex').slice(0, 32)}`;
}

async function redemptionOfKey(
  reader: Reader,
  request: RedemptionRequest,
  today: Day,
): Promise<Stored<RedemptionDocument> | undefined> {
  const ids = Array.from({ length: keyDays }, (_, back) => redemptionId(addDays(today, -back), request));
  const [found] = (await reader.getMany(redemptions, ids)).values();
  return found;
}

function checkedOffer(offer: Quote, amountFen: Fen): Campaign {
  if (offer.obstacle !== undefined || offer.campaign === undefined)
    throw refuse(offer.obstacle ?? 'REWARDS_NO_CAMPAIGN');
  const worthFen = fenFor(offer.campaign, offer.redeemableMilligrams as never);
  const obstacle = obstacleOf(offer.campaign, { ...offer, worthFen }, amountFen);
  if (amountFen <= 0n || obstacle !== undefined) throw refuse(obstacle ?? 'REWARDS_NOTHING_REDEEMABLE');
  return offer.campaign;
}

async function reserve(
  tx: Transaction,
  work: {
    readonly id: string;
    readonly request: RedemptionRequest;
    readonly campaign: Campaign;
    readonly at: Instant;
  },
): Promise<Stored<RedemptionDocument>> {
  const { id, campaign, at } = work;
  const { citizen, amountFen } = work.request;
  const day = dayOf(at);
  const burned = milligramsFor(campaign, amountFen) as bigint;
  const binding = required(await tx.get(walletBindings, citizen), 'wallet of a redemption');
  const legs = [
    { account: `citizen:${citizen}`, asset: 'milligrams' as const, amount: -burned },
    { account: burnedAccount(campaign.programme, day), asset: 'milligrams' as const, amount: burned },
  ];
  await postTransfer(tx, { id: `${id}:burn`, at, kind: 'redemption', legs });
  await hold(tx, { id: `${id}:hold`, at, account: budgetAccount(campaign.id), asset: 'fen', amount: amountFen });
  const payee = binding.value.wallet;
  await instruct(tx, { id, payer: campaign.payer, payee, amountFen, memo: 'carbon reward', at });
  await takeFromCap(tx, { key: capKey(day, { citizen, campaign: campaign.id }), day, amountFen });
  const redemption: RedemptionDocument = {
    citizen,
    programme: campaign.programme,
    campaign: campaign.id,
    amountFen: String(amountFen),
    burnedMilligrams: String(burned),
    status: 'reserved',
    createdAt: at,
    createdOn: day,
  };
  await tx.replaceMany(redemptions, [{ key: id, version: 0, value: redemption }]);
  await countMoney(tx, { programme: campaign.programme, day, as: 'taken' }, redemption);
  return { key: id, version: 1, value: redemption };
}

async function takeFromCap(
  tx: Transaction,
  { key, day, amountFen }: { readonly key: string; readonly day: Day; readonly amountFen: Fen },
): Promise<void> {
  const cap = await tx.get(redemptionCaps, key);
  const takenFen = String(BigInt(cap?.value.takenFen ?? 0) + amountFen);
  await tx.replaceMany(redemptionCaps, [{ key, version: cap?.version ?? 0, value: { day, takenFen } }]);
}

/** Where a day's redeemed grams go: an account that nothing comes out of but the return of a payment that was not made. */
export function burnedAccount(programme: string, day: string): string {
  return `burned:${programme}:${day}`;
}

/**
 * The end of a payment, in the unit of work that writes the payment's final state: settled fen leave the budget and the redemption waits for its seal; a
 * rejection frees the fen and gives the grams back, as a new entry that points back. What was taken from the day's cap stays taken (rulings §7.4).
 */
export async function finishRedemption(
  tx: Transaction,
  deps: Pick<RewardDeps, 'clock' | 'random'>,
  payment: { readonly id: string; readonly outcome: FinalOutcome },
): Promise<void> {
  const stored = required(await tx.get(redemptions, payment.id), 'redemption of a payment');
  if (stored.value.status !== 'reserved') return;
  const value =
    payment.outcome.kind === 'settled'
      ? await settle(tx, deps, { stored, outcome: payment.outcome })
      : await giveBack(tx, deps, { stored, outcome: payment.outcome });
  await tx.replaceMany(redemptions, [{ ...stored, value }]);
}

async function settle(
  tx: Transaction,
  deps: Pick<RewardDeps, 'clock' | 'random'>,
  end: { readonly stored: Stored<RedemptionDocument>; readonly outcome: Extract<FinalOutcome, { kind: 'settled' }> },
): Promise<RedemptionDocument> {
  const { key: id, value: before } = end.stored;
  const { settledAt, bankReference } = end.outcome;
  const at = deps.clock.now();
  const settledOn = dayOf(settledAt);
  await postHold(tx, { id: `${id}:hold`, at, to: 'external:ecny', kind: 'payout', bookedOn: settledOn });
  await countBudget(tx, before, 'paid');
  await countMoney(tx, { programme: before.programme, day: before.createdOn, as: 'paid' }, before);
  await countMoney(tx, { programme: before.programme, day: settledOn, as: 'settled' }, before);
  const settled: RedemptionDocument = { ...before, status: 'settled', settledAt, settledOn, bankReference };
  const salt = Buffer.from(deps.random.bytes(saltSize));
  const commitment = settlementCommitment(salt, settlementBody(id, settled)).toString('hex');
  return { ...settled, salt: salt.toString('hex'), commitment, unsealedAt: at };
}

async function giveBack(
  tx: Transaction,
  deps: Pick<RewardDeps, 'clock'>,
  end: { readonly stored: Stored<RedemptionDocument>; readonly outcome: Extract<FinalOutcome, { kind: 'rejected' }> },
): Promise<RedemptionDocument> {
  const { key: id, value: before } = end.stored;
  const at = deps.clock.now();
  await voidHold(tx, { id: `${id}:hold`, at });
  await reverseTransfer(tx, { of: `${id}:burn`, at, kind: 'redemption-returned' });
  await countBudget(tx, before, 'returned');
  await countMoney(tx, { programme: before.programme, day: before.createdOn, as: 'returned' }, before);
  return { ...before, status: 'rejected', rejectionCode: end.outcome.code };
}
