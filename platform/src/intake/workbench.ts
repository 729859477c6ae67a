import type { ActivityDraft, Day, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { DayBook, DayBookDocument } from '../activities/index.ts';
import { countedOn, dayBookKey, dayBooks, openDayBook, otherDays, spanOf } from '../activities/index.ts';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { newProgrammeDay, programmeDayKey, programmeDays } from '../carbon/index.ts';
import type { AccountId, AccountStanding, KnownAccounts } from '../identity/index.ts';
import { accountIdOf, citizenDocuments, findAccounts, openAccounts, standingAt } from '../identity/index.ts';
import type { OpenTransfer } from '../accounts/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { Reach } from './beside.ts';
import { bookOf, booksBeside, missingBeside, missingTouched, openBooks } from './beside.ts';
import { openCredits } from './crediting.ts';
import type { IntakeDeps, IntakeScope } from './model.ts';
import type { RunDocument } from './runs.ts';
import { runs } from './runs.ts';
import { newDelta } from './totals.ts';
import type { TotalsDelta } from './totals.ts';

const none: readonly never[] = [];

/** A draft with what the host knows of it: whose it is and on which day. */
export interface Candidate {
  readonly draft: ActivityDraft;
  readonly account: AccountId;
  readonly day: Day;
  /** Other days that it reaches into: one that ends after midnight, into the day before. */
  readonly others: readonly Day[];
}

/** A programme's day while a batch is decided. */
export interface OpenDay {
  readonly stored: Stored<ProgrammeDayDocument> | undefined;
  readonly document: ProgrammeDayDocument;
  readonly delta: TotalsDelta;
  nextActivity: number;
  nextRecord: number;
}

/** 工作台: everything that deciding a batch reads, loaded in a handful of calls before the loop begins. */
export interface Workbench {
  readonly scope: IntakeScope;
  readonly candidates: readonly Candidate[];
  readonly standings: ReadonlyMap<AccountId, AccountStanding>;
  readonly days: ReadonlyMap<Day, OpenDay>;
  readonly books: ReadonlyMap<string, DayBook>;
  /** Accounts of the same citizen, by account; only where there is one. */
  readonly siblings: ReadonlyMap<AccountId, readonly AccountId[]>;
}

/** The account of a draft: a name of the source, or, when open journeys are settled, the pseudonym that the journey was kept under. */
export type AccountNaming = (name: string) => AccountId;

export function namingOf(deps: IntakeDeps, scope: IntakeScope): AccountNaming {
  return (name) => accountIdOf(deps.keys, scope.source, name);
}

/** What a batch touches, as far as its drafts say. */
export interface BenchPlan {
  /** Names its unit of work. */
  readonly unit: string;
  readonly scope: IntakeScope;
  /** When it was made: what lies in the future then is counted on the day that ran. */
  readonly plannedAt: Instant;
  readonly drafts: readonly ActivityDraft[];
  /** Of each draft the account that its source names. */
  readonly names: readonly AccountId[];
  readonly days: ReadonlySet<Day>;
  readonly books: ReadonlyMap<string, Day>;
  /** Of the drafts that reach into other days, which those are. */
  readonly others: ReadonlyMap<ActivityDraft, readonly Day[]>;
}

/** @param batch with the days on which something is counted besides those of its drafts */
export function planBench(batch: {
  readonly unit: string;
  readonly scope: IntakeScope;
  readonly plannedAt: Instant;
  readonly drafts: readonly ActivityDraft[];
  readonly naming: AccountNaming;
  readonly days: Iterable<Day>;
}): BenchPlan {
  const { unit, scope, plannedAt, drafts } = batch;
  const names = drafts.map(({ account }) => batch.naming(account));
  const days = new Set(batch.days);
  const books = new Map<string, Day>();
  const others = new Map<ActivityDraft, readonly Day[]>();
  for (const [at, draft] of drafts.entries()) {
    const day = countedOn(draft.occurredAt, plannedAt);
    const name = required(names[at], 'name of a draft');
    days.add(day);
    books.set(dayBookKey(scope.programme, day, name), day);
    const reached = otherDays(spanOf(draft.occupies), day);
    if (reached.length === 0) continue;
    others.set(draft, reached);
    for (const other of reached) books.set(dayBookKey(scope.programme, other, name), other);
  }
  return { unit, scope, plannedAt, drafts, names, days, books, others };
}

/** What stands in the store of what a plan names. */
export interface BenchReads {
  readonly accounts: KnownAccounts;
  readonly days: ReadonlyMap<string, Stored<ProgrammeDayDocument>>;
  readonly books: ReadonlyMap<string, Stored<DayBookDocument>>;
  readonly run: Stored<RunDocument> | undefined;
  /** The transfer of what it earns. */
  readonly credits: OpenTransfer;
}

/** Reads in one go what a plan names: a batch of people who have bound nothing waits for nothing else. */
export async function readFor(tx: Transaction, deps: IntakeDeps, plan: BenchPlan): Promise<BenchReads> {
  const { scope } = plan;
  const [accounts, days, books, run, credits] = await Promise.all([
    findAccounts(tx, deps.keys, [...new Set(plan.names)]),
    readDays(tx, scope, plan.days),
    tx.getMany(dayBooks, [...plan.books.keys()]),
    tx.get(runs, scope.run),
    openCredits(tx, deps, { programme: scope.programme, unit: plan.unit }),
  ]);
  return { accounts, days, books, run, credits };
}

export async function setUp(
  tx: Transaction,
  deps: IntakeDeps,
  { plan, reads }: { readonly plan: BenchPlan; readonly reads: BenchReads },
): Promise<Workbench> {
  const { scope, plannedAt, names } = plan;
  const standings = await openAccounts(tx, deps, {
    source: scope.source,
    accounts: [...new Set(names)],
    known: reads.accounts,
  });
  const candidates = plan.drafts.map((draft, at) =>
    candidateOf(
      { draft, day: countedOn(draft.occurredAt, plannedAt), others: plan.others.get(draft) ?? none },
      standings,
      names[at],
    ),
  );
  const siblings = await siblingsOf(tx, standings);
  const books = new Map<string, DayBook>();
  for (const [key, day] of plan.books) books.set(key, openDayBook(key, day, reads.books.get(key)));
  await addBooks(tx, books, { scope, candidates, siblings });
  return { scope, candidates, standings, days: daysOf(scope, plan.days, reads.days), books, siblings };
}

/** Where a card changed hands, what happened before belongs to its earlier holder, whenever it arrives. */
function candidateOf(
  { draft, day, others }: Omit<Candidate, 'account'>,
  standings: Map<AccountId, AccountStanding>,
  name: AccountId | undefined,
): Candidate {
  const first = required(name === undefined ? undefined : standings.get(name), 'standing of an account');
  const standing = first.next === undefined ? first : standingAt(first, draft.occurredAt);
  if (standing !== first) standings.set(standing.account, standing);
  return { draft, account: standing.account, day, others };
}

async function siblingsOf(
  tx: Transaction,
  standings: ReadonlyMap<AccountId, AccountStanding>,
): Promise<Map<AccountId, readonly AccountId[]>> {
  const bound = [...standings.values()].filter((standing) => standing.citizen !== undefined);
  const siblings = new Map<AccountId, readonly AccountId[]>();
  if (bound.length === 0) return siblings;
  const citizens = await tx.getMany(citizenDocuments, [
    ...new Set(bound.map(({ citizen }) => required(citizen, 'citizen'))),
  ]);
  for (const { account, citizen } of bound) {
    const document = citizens.get(required(citizen, 'citizen'));
    const others = document?.value.accounts.filter((bound) => bound.account !== account) ?? [];
    if (others.length > 0)
      siblings.set(
        account,
        others.map((bound) => bound.account as AccountId),
      );
  }
  return siblings;
}

export async function openDays(
  tx: Transaction,
  scope: IntakeScope,
  days: ReadonlySet<Day>,
): Promise<Map<Day, OpenDay>> {
  return daysOf(scope, days, await readDays(tx, scope, days));
}

function readDays(tx: Transaction, { programme }: IntakeScope, days: ReadonlySet<Day>): Promise<BenchReads['days']> {
  return tx.getMany(
    programmeDays,
    [...days].map((day) => programmeDayKey(programme, day)),
  );
}

function daysOf({ programme }: IntakeScope, days: ReadonlySet<Day>, stored: BenchReads['days']): Map<Day, OpenDay> {
  const open = new Map<Day, OpenDay>();
  for (const day of days) {
    const found = stored.get(programmeDayKey(programme, day));
    const document = found?.value ?? newProgrammeDay(programme, day);
    open.set(day, {
      stored: found,
      document,
      delta: newDelta(),
      nextActivity: document.lastActivity + 1,
      nextRecord: document.lastRecord + 1,
    });
  }
  return open;
}

/** Books that only the standings lead to, of a card's later holder and of other accounts of the same person; then those that a note leads to. */
async function addBooks(
  tx: Transaction,
  books: Map<string, DayBook>,
  bench: Pick<Workbench, 'scope' | 'candidates' | 'siblings'>,
): Promise<void> {
  const open = { books, scope: bench.scope };
  const reaches = bench.candidates.map((candidate) => reachOf(bench, candidate));
  for (const [key, book] of await openBooks(tx, missingTouched(open, reaches))) books.set(key, book);
  if (!isAnyReached(books.values())) return;
  for (const [key, book] of await openBooks(tx, missingBeside(open, reaches))) books.set(key, book);
}

function isAnyReached(books: Iterable<DayBook>): boolean {
  for (const { reachedFrom } of books) if (reachedFrom.length > 0) return true;
  return false;
}

/** The accounts of whose person an account is, that one first. */
function ownersOf({ siblings }: Pick<Workbench, 'siblings'>, account: AccountId): readonly AccountId[] {
  return [account, ...(siblings.get(account) ?? none)];
}

function reachOf(bench: Pick<Workbench, 'siblings'>, { account, day, others }: Candidate): Reach {
  return { owners: ownersOf(bench, account), day, others };
}

/** Opens the days of lines that stand on none of the batch's own, and the running day where one of them is closed: what concerns that one is sealed into it. */
export async function withDaysOf(
  tx: Transaction,
  bench: Workbench,
  { lines, now }: { readonly lines: readonly { readonly book: DayBook }[]; readonly now: Instant },
): Promise<Workbench> {
  const isOpen = (day: Day) => bench.days.has(day) && bench.days.get(day)?.document.closedAt === undefined;
  const needed = lines.map(({ book }) => book.day).filter((day) => !isOpen(day));
  if (needed.length === 0) return bench;
  const missing = new Set([...needed, dayOf(now)].filter((day) => !bench.days.has(day)));
  return { ...bench, days: new Map([...bench.days, ...(await openDays(tx, bench.scope, missing))]) };
}

/** The day that a new record about `day` is sealed into: itself while it is open, else the running day, which the workbench then holds. */
export function openDayFor(bench: Workbench, day: Day, now: Instant): { readonly day: Day; readonly open: OpenDay } {
  const own = bench.days.get(day);
  if (own !== undefined && own.document.closedAt === undefined) return { day, open: own };
  const today = dayOf(now);
  return { day: today, open: required(bench.days.get(today), 'running day of a correction') };
}

/** The person's books of a candidate's day, or of another that is open: the account's own first. */
export function booksOf(bench: Workbench, { account, day }: Pick<Candidate, 'account' | 'day'>): DayBook[] {
  return ownersOf(bench, account).map((owner) => bookOf(bench, owner, day));
}

/** The person's books of other days that a candidate may meet something in; for almost every candidate there are none. */
export function besideOf(bench: Workbench, candidate: Candidate, books: readonly DayBook[]): readonly DayBook[] {
  if (candidate.others.length === 0 && !isAnyReached(books)) return none;
  return booksBeside(bench, reachOf(bench, candidate));
}
