import { hash } from 'node:crypto';
import { dayOf } from '@tanhui/sdk/model';
import type { Day, DifferenceKind, Instant } from '@tanhui/sdk/model';
import type { Clock, Json } from '../kernel/index.ts';
import { canonicalJson, without } from '../kernel/index.ts';
import type { DocumentStore, Page, Reader, Stored, Transaction } from '../storage/index.ts';
import { StorageConflict } from '../storage/index.ts';
import type { Scope } from './books-side.ts';
import type { Counted, DifferenceDocument, ReconciledDayDocument, ReconciliationDocument } from './collections.ts';
import { reconciledDays, reconciliationDifferences, reconciliationMarks, reconciliations } from './collections.ts';
import type { Difference } from './differences.ts';
import type { Reconciliation, ReconciliationDeps, Side } from './three-way-comparison.ts';
import { reconcile } from './three-way-comparison.ts';
import { refuse } from './refusals.ts';

/** Of a report; what is beyond is counted and found again when these are mended. */
const mostDifferences = 10_000;
const insertSize = 1_000;
const hourMs = 3_600_000;
/** Hours until a day that is not balanced is looked at again; the last of them from then on. */
const lookAgainHours = [1, 2, 4, 8, 24] as const;
/** After so many looks a bank gives no statement of the day any more: from then on only on request. */
const mostLooks = 35;

export interface ReconcilingDeps extends ReconciliationDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  /** Programmes that pay money. */
  readonly programmes: readonly string[];
}

/** Reconciles a day because somebody asks, and stores what was found as a report that supersedes the one before. Refuses a day that has not begun. */
export async function askReconciliation(
  deps: ReconcilingDeps,
  { by, ...scope }: Scope & { readonly by: string },
): Promise<Stored<ReconciliationDocument>> {
  if (!deps.programmes.includes(scope.programme)) throw refuse('REWARDS_NO_MONEY_REGIME');
  if (scope.day > dayOf(deps.clock.now())) throw refuse('REWARDS_DAY_AHEAD');
  const report = reportOf(await reconcile(deps, scope), by);
  return deps.store.unitOfWork(async (tx) => {
    const at = deps.clock.now();
    const before = await reconciledDay(tx, scope);
    const stored = await writeReport(tx, { report, at, supersedes: before.value.report });
    await writeDay(tx, { before, stored, at, looks: before.value.looks });
    return stored;
  });
}

/** The look that is due at a day by itself: a report only where it finds something else than the one before. */
export async function lookAtDay(deps: ReconcilingDeps, scope: Scope): Promise<void> {
  const report = reportOf(await reconcile(deps, scope), 'system');
  await deps.store.unitOfWork(async (tx) => {
    const at = deps.clock.now();
    const before = await reconciledDay(tx, scope);
    const last = before.value.report === undefined ? undefined : await tx.get(reconciliations, before.value.report);
    const isNew = last?.value.digest !== report.digest;
    const stored = isNew ? await writeReport(tx, { report, at, supersedes: before.value.report }) : last;
    await writeDay(tx, { before, stored, at, looks: before.value.looks + 1 });
  });
}

/** A reconciliation as it is stored, before it has an instant. */
export type ReconciliationReport = Omit<ReconciliationDocument, 'at' | 'supersedes' | 'differences'> & {
  readonly differences: readonly DifferenceDocument[];
};

export function reportOf(found: Reconciliation, by: string): ReconciliationReport {
  const { programme, day, state, isStatementComplete, books, ledger, burned, bankOwn } = found;
  const differences = found.differences.map(differenceDocument);
  const report = {
    programme,
    day,
    state,
    isStatementComplete,
    books: { ...counted(books), milligrams: String(books.milligrams) },
    bank: counted(found.bank),
    ledger: { ...counted(ledger), milligrams: String(ledger.milligrams) },
    deposits: { books: counted(found.deposits.books), bank: counted(found.deposits.bank) },
    burned: {
      booksMilligrams: String(burned.booksMilligrams),
      redemptionMilligrams: String(burned.redemptionMilligrams),
    },
    bankOwn: { interestFen: String(bankOwn.interestFen), feesFen: String(bankOwn.feesFen) },
    kinds: countKinds(found.differences),
    differences,
  };
  return { ...report, by, digest: hash('sha256', canonicalJson(report as unknown as Json), 'hex') };
}

function counted({ count, fen }: Side): Counted {
  return { count, fen: String(fen) };
}

function countKinds(differences: readonly Difference[]): Partial<Record<DifferenceKind, number>> {
  const kinds: Partial<Record<DifferenceKind, number>> = {};
  for (const { kind } of differences) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

function differenceDocument(found: Difference): DifferenceDocument {
  const texts = Object.entries(found).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(texts) as unknown as DifferenceDocument;
}

/** Its id begins with its day; a second report of one instant waits for the next. */
async function writeReport(
  tx: Transaction,
  {
    report,
    at,
    supersedes,
  }: { readonly report: ReconciliationReport; readonly at: Instant; readonly supersedes: string | undefined },
): Promise<Stored<ReconciliationDocument>> {
  const key = `rcl_${report.day.replaceAll('-', '')}_${report.programme}_${String(at)}`;
  const { differences, ...rest } = report;
  const value: ReconciliationDocument = {
    ...rest,
    at,
    differences: differences.length,
    ...(supersedes !== undefined && { supersedes }),
  };
  const [answer] = await tx.insertMany(reconciliations, [{ key, value }]);
  if (answer !== 'inserted') throw new StorageConflict(`report ${key} was written by somebody else meanwhile`);
  const kept = differences.slice(0, mostDifferences);
  for (let from = 0; from < kept.length; from += insertSize) {
    const some = kept.slice(from, from + insertSize);
    await tx.insertMany(
      reconciliationDifferences,
      some.map((one, index) => ({ key: `${key}/${String(from + index).padStart(5, '0')}`, value: one })),
    );
  }
  return { key, version: 1, value };
}

/** What is known of a day; of one that nobody has looked at, nothing. */
export async function reconciledDay(
  tx: Transaction,
  { programme, day }: Scope,
): Promise<Stored<ReconciledDayDocument>> {
  const key = reconciledDayKey(programme, day);
  return (await tx.get(reconciledDays, key)) ?? { key, version: 0, value: { programme, day, looks: 0 } };
}

/** What is known of a day after a look at it, and when the next one is. */
async function writeDay(
  tx: Transaction,
  look: {
    readonly before: Stored<ReconciledDayDocument>;
    readonly stored: Stored<ReconciliationDocument> | undefined;
    readonly at: Instant;
    readonly looks: number;
  },
): Promise<void> {
  const { before, stored, at, looks } = look;
  const state = stored?.value.state ?? 'open';
  const isBalanced = state === 'balanced';
  const isOver = before.value.day < dayOf(at);
  const isLookedAtAgain = isOver && !isBalanced && looks < mostLooks;
  const hours = lookAgainHours[Math.min(looks, lookAgainHours.length) - 1] ?? lookAgainHours[0];
  const value: ReconciledDayDocument = {
    ...without(before.value, 'dueAt', 'unbalancedOn'),
    looks,
    state,
    ...(stored !== undefined && { report: stored.key, differences: stored.value.differences }),
    ...(isLookedAtAgain && { dueAt: at + hours * hourMs }),
    ...(!isBalanced && { unbalancedOn: before.value.day }),
  };
  await tx.replaceMany(reconciledDays, [{ ...before, value }]);
  if (isOver) await moveMark(tx, value);
}

async function moveMark(tx: Transaction, { programme, day }: ReconciledDayDocument): Promise<void> {
  const mark = await tx.get(reconciliationMarks, programme);
  if (mark === undefined || (mark.value.reconciledDay ?? '') >= day) return;
  await tx.replaceMany(reconciliationMarks, [{ ...mark, value: { ...mark.value, reconciledDay: day } }]);
}

function reconciledDayKey(programme: string, day: string): string {
  return `${day}/${programme}`;
}

/** A programme's reports, newest day first and newest of a day first; of one day where it is named. */
export function reconciliationsOf(
  reader: Reader,
  query: {
    readonly programme: string;
    readonly day?: Day | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<Page<ReconciliationDocument>> {
  const { programme, day, limit, after } = query;
  return reader.find(reconciliations, {
    index: 'by_programme',
    prefix: [programme, ...(day === undefined ? [] : [day])],
    order: 'descending',
    limit,
    ...(after !== undefined && { after }),
  });
}

export async function reconciliationStored(
  reader: Pick<Reader, 'get'>,
  id: string,
): Promise<Stored<ReconciliationDocument>> {
  const stored = await reader.get(reconciliations, id);
  if (stored === undefined) throw refuse('REWARDS_RECONCILIATION_UNKNOWN', { report: id });
  return stored;
}

/** Whether a report is the newest of its day. */
export async function isSuperseded(
  reader: Pick<Reader, 'get'>,
  { key, value }: Stored<ReconciliationDocument>,
): Promise<boolean> {
  return (await reader.get(reconciledDays, reconciledDayKey(value.programme, value.day)))?.value.report !== key;
}

/** Differences of a report, in the order in which they were found. */
export function differencesOf(
  reader: Reader,
  report: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<DifferenceDocument>> {
  const bounds = { from: `${report}/`, before: `${report}0` };
  return reader.find(reconciliationDifferences, {
    index: 'key',
    ...bounds,
    limit,
    ...(after !== undefined && { after }),
  });
}
