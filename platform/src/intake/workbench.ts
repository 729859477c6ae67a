import type { ActivityDraft, Day, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { DayBook, DayBookDocument } from '../activities/index.ts';
import { dayBookKey, dayBooks, openDayBook } from '../activities/index.ts';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { newProgrammeDay, programmeDayKey, programmeDays } from '../carbon/index.ts';
import type { AccountId, AccountStanding, KnownAccounts } from '../identity/index.ts';
import { accountIdOf, citizenDocuments, findAccounts, openAccounts, standingAt } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { IntakeDeps, IntakeScope } from './model.ts';
import { newDelta } from './totals.ts';
import type { TotalsDelta } from './totals.ts';

/** A draft with what the host knows of it: whose it is and on which day. */
export interface Candidate {
  readonly draft: ActivityDraft;
  readonly account: AccountId;
  readonly day: Day;
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
  readonly scope: IntakeScope;
  readonly drafts: readonly ActivityDraft[];
  /** Of each draft the account that its source names. */
  readonly names: readonly AccountId[];
  readonly days: ReadonlySet<Day>;
  readonly books: ReadonlyMap<string, Day>;
}

/** @param batch with the days on which something is counted besides those of its drafts */
export function planBench(batch: {
  readonly scope: IntakeScope;
  readonly drafts: readonly ActivityDraft[];
  readonly naming: AccountNaming;
  readonly days: Iterable<Day>;
}): BenchPlan {
  const { scope, drafts } = batch;
  const names = drafts.map(({ account }) => batch.naming(account));
  const days = new Set(batch.days);
  const books = new Map<string, Day>();
  for (const [at, draft] of drafts.entries()) {
    const day = dayOf(draft.occurredAt);
    days.add(day);
    books.set(dayBookKey(scope.programme, day, required(names[at], 'name of a draft')), day);
  }
  return { scope, drafts, names, days, books };
}

/** What stands in the store of what a plan names. */
export interface BenchReads {
  readonly accounts: KnownAccounts;
  readonly days: ReadonlyMap<string, Stored<ProgrammeDayDocument>>;
  readonly books: ReadonlyMap<string, Stored<DayBookDocument>>;
}

/** Reads in one go what a plan names. */
export async function readFor(tx: Transaction, { scope, names, days, books }: BenchPlan): Promise<BenchReads> {
  const [accounts, openedDays, openedBooks] = await Promise.all([
    findAccounts(tx, [...new Set(names)]),
    readDays(tx, scope, days),
    tx.getMany(dayBooks, [...books.keys()]),
  ]);
  return { accounts, days: openedDays, books: openedBooks };
}

export async function setUp(
  tx: Transaction,
  deps: IntakeDeps,
  { plan, reads }: { readonly plan: BenchPlan; readonly reads: BenchReads },
): Promise<Workbench> {
  const { scope, names } = plan;
  const standings = await openAccounts(tx, deps, {
    source: scope.source,
    accounts: [...new Set(names)],
    known: reads.accounts,
  });
  const candidates = plan.drafts.map((draft, at) => candidateOf(draft, standings, names[at]));
  const siblings = await siblingsOf(tx, standings);
  const books = new Map<string, DayBook>();
  for (const [key, day] of plan.books) books.set(key, openDayBook(key, day, reads.books.get(key)));
  await addBooks(tx, books, { scope, candidates, siblings });
  return { scope, candidates, standings, days: daysOf(scope, plan.days, reads.days), books, siblings };
}

/** Where a card changed hands, what happened before belongs to its earlier holder, whenever it arrives. */
function candidateOf(
  draft: ActivityDraft,
  standings: Map<AccountId, AccountStanding>,
  name: AccountId | undefined,
): Candidate {
  const first = required(name === undefined ? undefined : standings.get(name), 'standing of an account');
  const standing = first.next === undefined ? first : standingAt(first, draft.occurredAt);
  if (standing !== first) standings.set(standing.account, standing);
  return { draft, account: standing.account, day: dayOf(draft.occurredAt) };
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

async function openBooks(tx: Transaction, wanted: ReadonlyMap<string, Day>): Promise<Map<string, DayBook>> {
  const stored = await tx.getMany(dayBooks, [...wanted.keys()]);
  const books = new Map<string, DayBook>();
  for (const [key, day] of wanted) books.set(key, openDayBook(key, day, stored.get(key)));
  return books;
}

/** Books that only the standings lead to: of a card's later holder, and of other accounts of the same person. */
async function addBooks(
  tx: Transaction,
  books: Map<string, DayBook>,
  { scope, candidates, siblings }: Pick<Workbench, 'scope' | 'candidates' | 'siblings'>,
): Promise<void> {
  const missing = new Map<string, Day>();
  for (const { account, day } of candidates) {
    for (const owner of [account, ...(siblings.get(account) ?? [])]) {
      const key = dayBookKey(scope.programme, day, owner);
      if (!books.has(key)) missing.set(key, day);
    }
  }
  if (missing.size === 0) return;
  for (const [key, book] of await openBooks(tx, missing)) books.set(key, book);
}

/** The day that a new record about `day` is sealed into: itself while it is open, else the running day, which the workbench then holds. */
export function openDayFor(bench: Workbench, day: Day, now: Instant): { readonly day: Day; readonly open: OpenDay } {
  const own = bench.days.get(day);
  if (own !== undefined && own.document.closedAt === undefined) return { day, open: own };
  const today = dayOf(now);
  return { day: today, open: required(bench.days.get(today), 'running day of a correction') };
}

/** The person's books of a candidate's day: the account's own first. */
export function booksOf(bench: Workbench, { account, day }: Candidate): DayBook[] {
  const owners = [account, ...(bench.siblings.get(account) ?? [])];
  return owners.map((owner) => required(bench.books.get(dayBookKey(bench.scope.programme, day, owner)), 'day book'));
}
