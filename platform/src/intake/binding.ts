import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { DayBook } from '../activities/index.ts';
import { acceptedMilligrams, placeOfBook, reconcile } from '../activities/index.ts';
import { programmeDays } from '../carbon/index.ts';
import { bindAccount, citizenOf, unclaimedAccount } from '../identity/index.ts';
import { assert } from '../kernel/index.ts';
import { maxCreditedDays } from '../methodologies/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { IntakeDeps } from './model.ts';
import type { Reach } from './beside.ts';
import { booksBeside, booksOn } from './beside.ts';
import { finishWork, openBeside, openWork, reachOfLine } from './people-work.ts';
import { unitNamed } from './unit-names.ts';
import type { Line, Work } from './reversing.ts';
import { reverseLines } from './reversing.ts';
import { correctStepsIn } from './step-days.ts';

/** The days of the longest window and the running one. */
const maxDays = maxCreditedDays + 1;

export interface BindingRequest {
  readonly citizen: string;
  readonly source: string;
  readonly name: string;
  readonly consent: string;
  /** 计入窗口 of the programme: days before the binding that are credited with it, at most `maxCreditedDays`. */
  readonly windowDays: number;
}

/** What a binding did, for the person to see. */
export interface BindingResult {
  readonly account: string;
  readonly isNew: boolean;
  /** Earlier grams that were credited, before what overlap took back. */
  readonly creditedMilligrams: bigint;
  readonly creditedTrips: number;
  readonly reversedTrips: number;
}

/**
 * 绑定: consent, credit of what the account earned within the window, and overlap and caps looked at again over everything the person has bound; one unit
 * of work. Losers are reversed, in their own day or, where that is closed, in the running one.
 */
export async function bindAndCredit(deps: IntakeDeps, request: BindingRequest): Promise<BindingResult> {
  assert(request.windowDays <= maxCreditedDays, 'the window fits one unit of work');
  const at = deps.clock.now();
  const creditedFrom = addDays(dayOf(at), -request.windowDays);
  return deps.store.unitOfWork(async (tx) => {
    const { account, isNew, isFirst } = await bindAccount(tx, deps, { ...request, creditedFrom, at });
    const nothing = { account, isNew, creditedMilligrams: 0n, creditedTrips: 0, reversedTrips: 0 };
    if (!isFirst) return nothing;
    const { value: person } = await citizenOf(tx, request.citizen);
    const days = await daysFrom(tx, person.programme, creditedFrom);
    const accounts = person.accounts.map((bound) => bound.account);
    const work = await openWork(tx, deps, {
      programme: person.programme,
      days: days.flatMap((day) => accounts.map((one) => ({ day, account: one }))),
    });
    const own = [...work.bench.books.values()].filter(({ key }) => placeOfBook(key).account === account);
    const creditedTrips = own.reduce((sum, { lines }) => sum + lines.filter(({ s }) => s === 'a').length, 0);
    const milligrams = own.reduce((sum, { lines }) => sum + acceptedMilligrams(lines), 0n);
    await creditEarlier(tx, deps, { ...request, programme: person.programme, milligrams });
    const reversedTrips = await lookAgain(tx, deps, { ...work, account, own, accounts });
    return { ...nothing, creditedMilligrams: milligrams, creditedTrips, reversedTrips };
  });
}

/** Days of the programme that have trips, newest first. */
async function daysFrom(tx: Transaction, programme: string, from: Day): Promise<Day[]> {
  const page = await tx.find(programmeDays, {
    index: 'by_programme',
    prefix: [programme],
    from,
    order: 'descending',
    limit: maxDays,
  });
  return page.items.map(({ value }) => value.day as Day);
}

async function creditEarlier(
  tx: Transaction,
  deps: IntakeDeps,
  {
    programme,
    citizen,
    milligrams,
  }: { readonly programme: string; readonly citizen: string; readonly milligrams: bigint },
): Promise<void> {
  if (milligrams === 0n) return;
  await deps.poster.post(tx, {
    id: `txn_${unitNamed(deps, 'binding')}`,
    at: deps.clock.now(),
    kind: 'binding',
    legs: [
      { account: unclaimedAccount(programme), asset: 'milligrams', amount: -milligrams },
      { account: `citizen:${citizen}`, asset: 'milligrams', amount: milligrams },
    ],
    mayOwe: false,
  });
}

interface Bound extends Work {
  readonly account: string;
  /** Its books within the window. */
  readonly own: readonly DayBook[];
  /** Every account of the person. */
  readonly accounts: readonly string[];
}

/** Overlap, caps and steps over all accounts of the person, on the days that the new account has trips on and beside them. */
async function lookAgain(tx: Transaction, deps: IntakeDeps, bound: Bound): Promise<number> {
  const reaches = bound.own.map((book) => reachOfBook(book, bound.accounts));
  const work = await openBeside(tx, bound, reaches);
  const met = [...new Set(reaches.flatMap((reach) => metBy(work, reach)))];
  const losers = reconcile(met);
  const byCode = new Map<string, Line[]>();
  for (const { code, ...line } of losers) byCode.set(code, [...(byCode.get(code) ?? []), line]);
  for (const [code, lines] of byCode) await reverseLines(tx, deps, { ...work, lines, code });
  await correctStepsIn(tx, deps, { ...work, days: [...Map.groupBy(met, ({ day }) => day).values()] });
  await finishWork(tx, deps, { ...work, kind: 'binding-overlap' });
  return losers.length;
}

function reachOfBook(book: DayBook, accounts: readonly string[]): Reach {
  const others = book.lines.flatMap((line) => (line.s === 'a' ? reachOfLine({ book, line }, accounts).others : []));
  return { owners: accounts, day: book.day, others: [...new Set(others)] };
}

/** The books of a day and beside it, where one of another account is among them. What the account did before the window stays as it is. */
function metBy({ bench, account, own }: Bound, reach: Reach): DayBook[] {
  const isOfIt = ({ key }: DayBook) => placeOfBook(key).account === account;
  const books = [...booksOn(bench, reach.owners, reach.day), ...booksBeside(bench, reach)];
  const isAlone = books.every((book) => isOfIt(book) || book.lines.length === 0);
  return isAlone ? [] : books.filter((book) => !isOfIt(book) || own.includes(book));
}
