import { hash } from 'node:crypto';
import { dayFromNumber, dayNumberOf, dayOf } from '@tanhui/sdk/model';
import type { Day, Fen, Instant } from '@tanhui/sdk/model';
import type { HoldPosting } from '../accounts/index.ts';
import { hold, postHolds, postTransfer, reverseTransfer, voidHold } from '../accounts/index.ts';
import { citizenOf } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Reader, Stored, Transaction } from '../storage/index.ts';
import type { FinalOutcome, FinalPayment, WalletRef } from '../wallets/index.ts';
import { instruct, walletBindings } from '../wallets/index.ts';
import { countBudget } from './budget.ts';
import type { Campaign } from './campaign.ts';
import { budgetAccount, fenFor, milligramsFor } from './campaign.ts';
import type { RedemptionDocument } from './collections.ts';
import { redemptionCaps, redemptions } from './collections.ts';
import { foldInto } from './folding.ts';
import type { MoneyCount } from './money-day.ts';
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
  const { citizen } = request;
  const [standing, person] = await Promise.all([walletStanding(deps, citizen), citizenOf(deps.store, citizen)]);
  const { programme } = person.value;
  return deps.store.unitOfWork(async (tx) => {
    // One instant for all of it: at midnight the id, the cap and the account of the burned grams would be of two days.
    const at = deps.clock.now();
    const today = dayOf(at);
    const [before, offer, binding] = await Promise.all([
      redemptionOfKey(tx, request, today),
      quoteWith(tx, deps, { citizen, programme, standing, today }),
      tx.get(walletBindings, citizen),
    ]);
    if (before !== undefined) {
      if (before.value.amountFen !== String(request.amountFen)) throw refuse('REWARDS_KEY_REUSED');
      return before;
    }
    const campaign = checkedOffer(offer, request.amountFen);
    if (binding === undefined) throw refuse('REWARDS_NO_WALLET');
    const id = redemptionIds(request)(today);
    return reserve(tx, { id, request, campaign, payee: binding.value.wallet, at });
  });
}

/** Led by its day, so that redemptions lie in the order of their days; the rest comes from the caller's key. */
function redemptionIds({ citizen, idempotencyKey }: RedemptionRequest): (day: Day) => string {
  const rest = hash('sha256', `${citizen}\0${idempotencyKey}`, 'hex').slice(0, 32);
  return (day) => `pay_${day.replaceAll('-', '')}_${rest}`;
}

async function redemptionOfKey(
  reader: Reader,
  request: RedemptionRequest,
  today: Day,
): Promise<Stored<RedemptionDocument> | undefined> {
  const idOn = redemptionIds(request);
  const last = dayNumberOf(today);
  const ids = Array.from({ length: keyDays }, (_, back) => idOn(dayFromNumber(last - back)));
  const [found] = (await reader.getMany(redemptions, ids)).values();
  return found;
}

function checkedOffer(offer: Quote, amountFen: Fen): Campaign {
  if (offer.obstacle !== undefined || offer.campaign === undefined)
    throw refuse(offer.obstacle ?? 'REWARDS_NO_CAMPAIGN');
  const worthFen = fenFor(offer.campaign, offer.redeemableMilligrams as never);
  const obstacle = obstacleOf(offer.campaign, { ...offer, worthFen }, amountFen);
  if (amountFen <= 0n || obstacle !== undefined)
    throw refuse(obstacle ?? 'REWARDS_NOTHING_REDEEMABLE', { redeemableFen: String(offer.redeemableFen) });
  return offer.campaign;
}

async function reserve(
  tx: Transaction,
  work: {
    readonly id: string;
    readonly request: RedemptionRequest;
    readonly campaign: Campaign;
    readonly payee: WalletRef;
    readonly at: Instant;
  },
): Promise<Stored<RedemptionDocument>> {
  const { id, campaign, payee, at } = work;
  const { citizen, amountFen } = work.request;
  const day = dayOf(at);
  const { programme } = campaign;
  const burned = milligramsFor(campaign, amountFen) as bigint;
  const redemption: RedemptionDocument = {
    citizen,
    programme,
    campaign: campaign.id,
    amountFen: String(amountFen),
    burnedMilligrams: String(burned),
    status: 'reserved',
    createdAt: at,
    createdOn: day,
  };
  const legs = [
    { account: `citizen:${citizen}`, asset: 'milligrams' as const, amount: -burned },
    { account: burnedAccount(programme, day), asset: 'milligrams' as const, amount: burned },
  ];
  await Promise.all([
    postTransfer(tx, { id: `${id}:burn`, at, kind: 'redemption', legs }),
    hold(tx, { id: `${id}:hold`, at, account: budgetAccount(campaign.id), asset: 'fen', amount: amountFen }),
    takeFromCap(tx, { key: capKey(day, { citizen, campaign: campaign.id }), day, amountFen }),
    countMoney(tx, [{ programme, day, as: 'taken', redemption }]),
  ]);
  instruct(tx, { id, payer: campaign.payer, payee, amountFen, memo: 'carbon reward', at });
  tx.later.insertMany(redemptions, [{ key: id, value: redemption }]);
  return { key: id, version: 1, value: redemption };
}

function takeFromCap(
  tx: Transaction,
  { key, day, amountFen }: { readonly key: string; readonly day: Day; readonly amountFen: Fen },
): Promise<void> {
  return foldInto(tx, redemptionCaps, {
    counts: [amountFen],
    keyOf: () => key,
    add: (before, amount) => ({ day, takenFen: String(BigInt(before?.takenFen ?? 0) + amount) }),
  });
}

/** Where a day's redeemed grams go: an account that nothing comes out of but the return of a payment that was not made. */
export function burnedAccount(programme: string, day: string): string {
  return `burned:${programme}:${day}`;
}

/**
 * The end of payments, in the unit of work that writes their final states: settled fen leave the budget and the redemption waits for its seal; a
 * rejection frees the fen and gives the grams back, as a new entry that points back. What was taken from the day's cap stays taken (rulings §7.4).
 */
export async function finishRedemptions(
  tx: Transaction,
  deps: Pick<RewardDeps, 'clock' | 'random'>,
  payments: readonly FinalPayment[],
): Promise<void> {
  const at = deps.clock.now();
  const stored = await tx.getMany(
    redemptions,
    payments.map(({ id }) => id),
  );
  const ends = payments
    .map(({ id, outcome }) => endOf(deps, { stored: required(stored.get(id), 'redemption of a payment'), outcome, at }))
    .filter(({ before }) => before.value.status === 'reserved');
  const settled = ends.filter(({ after }) => after.status === 'settled');
  await Promise.all([
    postHolds(tx, settled.map(payoutOf)),
    countBudget(
      tx,
      ends.map(({ after }) => ({ ...after, as: after.status === 'settled' ? 'paid' : 'returned' })),
    ),
    countMoney(tx, ends.flatMap(countsOf)),
  ]);
  for (const end of ends) if (end.after.status === 'rejected') await giveBack(tx, end);
  tx.later.replaceMany(
    redemptions,
    ends.map(({ before, after }) => ({ ...before, value: after })),
  );
}

/** A redemption before and after its payment has ended. */
interface End {
  readonly before: Stored<RedemptionDocument>;
  readonly after: RedemptionDocument;
  readonly at: Instant;
}

function endOf(
  { random }: Pick<RewardDeps, 'random'>,
  {
    stored: before,
    outcome,
    at,
  }: { readonly stored: Stored<RedemptionDocument>; readonly outcome: FinalOutcome; readonly at: Instant },
): End {
  if (outcome.kind === 'rejected')
    return { before, after: { ...before.value, status: 'rejected', rejectionCode: outcome.code }, at };
  const { settledAt, bankReference } = outcome;
  const settledOn = dayOf(settledAt);
  const settled: RedemptionDocument = { ...before.value, status: 'settled', settledAt, settledOn, bankReference };
  const salt = Buffer.from(random.bytes(saltSize));
  const commitment = settlementCommitment(salt, settlementBody(before.key, settled)).toString('hex');
  return { before, after: { ...settled, salt: salt.toString('hex'), commitment, unsealedAt: at }, at };
}

function payoutOf({ before, after, at }: End): HoldPosting {
  const bookedOn = required(after.settledOn, 'day of a settled redemption') as Day;
  return { id: `${before.key}:hold`, at, to: 'external:ecny', kind: 'payout', bookedOn };
}

function countsOf({ after: redemption }: End): readonly MoneyCount[] {
  const { programme, createdOn, settledOn } = redemption;
  if (settledOn === undefined) return [{ programme, day: createdOn, as: 'returned', redemption }];
  return [
    { programme, day: createdOn, as: 'paid', redemption },
    { programme, day: settledOn, as: 'settled', redemption },
  ];
}

async function giveBack(tx: Transaction, { before: { key: id }, at }: End): Promise<void> {
  await voidHold(tx, { id: `${id}:hold`, at });
  await reverseTransfer(tx, { of: `${id}:burn`, at, kind: 'redemption-returned' });
}
