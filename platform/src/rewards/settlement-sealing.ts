import type { Day, SettlementHeader } from '@tanhui/sdk/model';
import { leafHashes, rootOf, sequenceId } from '../carbon/index.ts';
import type { Clock, Json, Log } from '../kernel/index.ts';
import { assert, canonicalJson, required, without } from '../kernel/index.ts';
import type { LedgerClient, Order, Writer, WrittenOnce } from '../ledger/index.ts';
import { isRefusedAgain, LedgerFailure, orderEnvelope, writerOf, writtenAlready } from '../ledger/index.ts';
import type { DocumentStore, Reader, Stored, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { RedemptionDocument, SettlementDocument } from './collections.ts';
import { moneyDays, redemptions, settlements } from './collections.ts';
import { moneyDayKey } from './money-day.ts';
import { settlementLeaf, settlementLeafSize } from './settlement.ts';

/** One page of a read: a seal is prepared in one unit of work. The contract takes up to 5,000. */
const maxSettlements = 1_000;

export interface SettlementSealingDeps {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Settled redemptions wait this long for company. */
  readonly delayMs: number;
  readonly commitTimeoutMs: number;
}

export type SettlementStep =
  | { readonly did: 'nothing' }
  | { readonly did: 'sealed'; readonly settlements: number }
  | { readonly did: 'waiting'; readonly reason: string };

/**
 * 结算封存, one bounded step: takes the oldest seal that is not on the ledger yet, or prepares one of what one programme's day has settled, and brings it there.
 * Its members are stored before the first try and its envelope before it is submitted, so a step may die anywhere and the next one goes on with the same seal.
 */
export async function settlementStep(
  deps: SettlementSealingDeps,
  options: { readonly now?: boolean } = {},
): Promise<SettlementStep> {
  const open = await deps.store.find(settlements, { index: 'open', limit: 1 });
  const key = open.items[0]?.key ?? (await prepare(deps, options.now ?? false));
  if (key === undefined) return { did: 'nothing' };
  try {
    return await bringToLedger(deps, key);
  } catch (failure) {
    if (!(failure instanceof LedgerFailure) || failure.kind === 'contract-refused') throw failure;
    return waiting(deps, failure, key);
  }
}

function waiting(
  { log }: SettlementSealingDeps,
  { kind, validationCode, message: because }: LedgerFailure,
  settlement: string,
): SettlementStep {
  log.info('settlement.waiting', { settlement, kind, validationCode, because });
  return { did: 'waiting', reason: kind };
}

async function prepare(deps: SettlementSealingDeps, now: boolean): Promise<string | undefined> {
  const before = now ? deps.clock.now() + 1 : deps.clock.now() - deps.delayMs;
  return deps.store.unitOfWork(async (tx) => {
    const waiting = await tx.find(redemptions, { index: 'unsealed', before, limit: maxSettlements });
    const [oldest] = waiting.items;
    if (oldest === undefined) return undefined;
    const programme = oldest.value.programme;
    const day = required(oldest.value.settledOn, 'day of a settled redemption') as Day;
    const members = waiting.items.filter(
      ({ value }) => value.programme === programme && (value.settledOn as Day) === day,
    );
    return begin(tx, { programme, day, members, at: deps.clock.now() });
  });
}

/** The seal's number comes from its day's document, so that two of one day never bear one id. */
async function begin(
  tx: Transaction,
  seal: {
    readonly programme: string;
    readonly day: Day;
    readonly members: readonly Stored<RedemptionDocument>[];
    readonly at: number;
  },
): Promise<string> {
  const { programme, day, members, at } = seal;
  const moneyDay = required(await tx.get(moneyDays, moneyDayKey(programme, day)), 'day of a settled redemption');
  const seals = moneyDay.value.seals + 1;
  const key = sequenceId('stl', seal, seals);
  const { header } = sealOf(
    key,
    seal,
    members.map(({ value }) => value),
  );
  await tx.insertMany(settlements, [{ key, value: { programme, day, header, state: 'prepared', openAt: at } }]);
  await tx.replaceMany(moneyDays, [{ ...moneyDay, value: { ...moneyDay.value, seals } }]);
  const marked = members.map((member) => ({
    ...member,
    value: { ...without(member.value, 'unsealedAt'), settlement: key },
  }));
  await tx.replaceMany(redemptions, marked);
  return key;
}

/** Header and leaves of a seal, in the order of their commitments. @see docs/spec/canonical-v1.md §8 */
function sealOf(
  settlement: string,
  { programme, day }: { readonly programme: string; readonly day: Day },
  members: readonly RedemptionDocument[],
): { readonly header: SettlementHeader; readonly leaves: Buffer } {
  const leaves = Buffer.concat(
    [...members]
      .sort((first, second) => (required(first.commitment, 'commitment') < (second.commitment ?? '') ? -1 : 1))
      .map(settlementLeaf),
  );
  const sum = (name: 'amountFen' | 'burnedMilligrams') =>
    String(members.reduce((total, member) => total + BigInt(member[name]), 0n));
  const header: SettlementHeader = {
    v: 1,
    programme,
    day,
    settlement,
    count: members.length,
    root: rootOf(leafHashes(leaves, settlementLeafSize)).toString('hex'),
    amountFen: sum('amountFen'),
    burnedMilligrams: sum('burnedMilligrams'),
  };
  return { header, leaves };
}

/** A seal built again from its members: what was stored, or what an auditor takes home. */
export async function settlementLeaves(
  reader: Pick<Reader, 'find'>,
  { key, value }: Stored<SettlementDocument>,
): Promise<{ readonly header: SettlementHeader; readonly leaves: Buffer }> {
  const members = await everyOf(reader, redemptions, {
    index: 'by_settlement_day',
    prefix: [value.day, value.programme, key],
  });
  return sealOf(
    key,
    value.header,
    members.map((member) => member.value),
  );
}

/** @see docs/spec/canonical-v1.md §8 */
export function settlementText(header: SettlementHeader): string {
  return canonicalJson(header as unknown as Json);
}

async function bringToLedger(deps: SettlementSealingDeps, key: string): Promise<SettlementStep> {
  const stored = required(await deps.store.get(settlements, key), 'settlement');
  const wrote = await writtenAlready(deps.ledger, { ...reading(stored.value.header), earlier: doubtfulOf(stored) });
  if (wrote !== undefined) return marked(deps, { key, seal: wrote });
  const submission = stored.value.state === 'prepared' ? await endorse(deps, stored) : submissionOf(stored.value);
  const how = await orderEnvelope(deps.ledger, { ...submission, timeoutMs: deps.commitTimeoutMs });
  if (how.end === 'valid') {
    const seal = await writerOf(deps.ledger, { ...submission, blockNumber: how.blockNumber }, stored.value.earlier);
    return marked(deps, { key, seal });
  }
  const isDoubtful = isRefusedAgain(how);
  if (how.end === 'void' || isDoubtful)
    await deps.store.unitOfWork((tx) => prepareAgain(tx, key, isDoubtful ? [submission.transactionId] : []));
  return waiting(deps, how.failure, key);
}

/** Before a seal is endorsed anew its earlier envelopes are asked for; one that is under way is asked for by ordering it. */
function doubtfulOf({ value }: Stored<SettlementDocument>): readonly string[] {
  return value.state === 'prepared' ? (value.earlier ?? []) : [];
}

function reading({ programme, day, settlement }: SettlementHeader): Pick<WrittenOnce, 'read' | 'unknownCode'> {
  const args = [canonicalJson({ programme, day, settlement })];
  return { read: { function: 'ReadSettlement', args, as: 'settler' }, unknownCode: 'SETTLEMENT_UNKNOWN' };
}

async function marked(
  deps: SettlementSealingDeps,
  sealed: { readonly key: string; readonly seal: Writer },
): Promise<SettlementStep> {
  return { did: 'sealed', settlements: await deps.store.unitOfWork((tx) => markSealed(tx, deps, sealed)) };
}

type Submission = Omit<Order, 'timeoutMs'>;

function submissionOf({ transaction, envelope }: SettlementDocument): Submission {
  return {
    transactionId: required(transaction, 'transaction of a submitted seal'),
    envelope: Buffer.from(required(envelope, 'envelope of a submitted seal'), 'base64'),
    mayBeOrdered: true,
  };
}

async function endorse(deps: SettlementSealingDeps, stored: Stored<SettlementDocument>): Promise<Submission> {
  const { header, leaves } = await settlementLeaves(deps.store, stored);
  const text = settlementText(stored.value.header);
  assert(settlementText(header) === text, 'a seal built from its redemptions is the one that was stored');
  const { transactionId, envelope } = await deps.ledger.endorse({
    function: 'SealSettlements',
    args: [text],
    transient: { settlements: leaves },
    as: 'settler',
  });
  const value: SettlementDocument = {
    ...stored.value,
    state: 'submitted',
    transaction: transactionId,
    envelope: Buffer.from(envelope).toString('base64'),
  };
  await deps.store.unitOfWork((tx) => tx.replaceMany(settlements, [{ ...stored, value }]));
  return { transactionId, envelope, mayBeOrdered: false };
}

/**
 * Drops an envelope, so that the same seal is endorsed anew: a void one wrote nothing, and one that ordering refuses when it comes again would stand in the way for ever.
 * Unlike a payment a seal may be sent twice: the contract writes it once, and what wrote it is told by the transactions that are kept.
 */
async function prepareAgain(tx: Transaction, key: string, doubtful: readonly string[]): Promise<void> {
  const stored = required(await tx.get(settlements, key), 'settlement');
  if (stored.value.state === 'sealed') return;
  const earlier = [...(stored.value.earlier ?? []), ...doubtful];
  const again: SettlementDocument = {
    ...without(stored.value, 'envelope', 'transaction'),
    state: 'prepared',
    ...(earlier.length > 0 && { earlier }),
  };
  await tx.replaceMany(settlements, [{ ...stored, value: again }]);
}

/** Gives how many settlements were sealed by this. */
async function markSealed(
  tx: Transaction,
  { clock }: Pick<SettlementSealingDeps, 'clock'>,
  { key, seal }: { readonly key: string; readonly seal: Writer },
): Promise<number> {
  const stored = required(await tx.get(settlements, key), 'settlement');
  if (stored.value.state === 'sealed') return 0;
  const value: SettlementDocument = {
    ...without(stored.value, 'openAt', 'envelope', 'earlier'),
    state: 'sealed',
    transaction: seal.transactionId,
    block: seal.blockNumber,
    sealedAt: clock.now(),
  };
  await tx.replaceMany(settlements, [{ ...stored, value }]);
  return value.header.count;
}
