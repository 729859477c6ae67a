import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { DayBook, DayBookLine } from '../activities/index.ts';
import { reconcileDay } from '../activities/index.ts';
import { programmeDays } from '../carbon/index.ts';
import { bindAccount, citizenOf } from '../identity/index.ts';
import { assert } from '../kernel/index.ts';
import { maxCreditedDays } from '../methodologies/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { IntakeDeps } from './model.ts';
import { booksOfDay, finishWork, openWork, unitNamed } from './people-work.ts';
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
    const own = [...work.bench.books.values()].filter(({ key }) => key.endsWith(`/${account}`));
    const earned = own.flatMap(({ lines }) => lines.filter(({ s }) => s === 'a'));
    await creditEarlier(tx, deps, { account, citizen: request.citizen, milligrams: sumOf(earned) });
    const reversedTrips = await lookAgain(tx, deps, { ...work, days: own.map(({ day }) => day) });
    return { ...nothing, creditedMilligrams: sumOf(earned), creditedTrips: earned.length, reversedTrips };
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

function sumOf(lines: readonly DayBookLine[]): bigint {
  return lines.reduce((sum, { mg }) => sum + BigInt(mg ?? 0), 0n);
}

async function creditEarlier(
  tx: Transaction,
  deps: IntakeDeps,
  { account, citizen, milligrams }: { readonly account: string; readonly citizen: string; readonly milligrams: bigint },
): Promise<void> {
  if (milligrams === 0n) return;
  await deps.poster.post(tx, {
    id: `txn_${unitNamed(deps, 'binding')}`,
    at: deps.clock.now(),
    kind: 'binding',
    legs: [
      { account: `account:${account}`, asset: 'milligrams', amount: -milligrams },
      { account: `citizen:${citizen}`, asset: 'milligrams', amount: milligrams },
    ],
    mayOwe: false,
  });
}

/** Overlap, caps and steps over all accounts of the person, on the days that the new account has trips on. */
async function lookAgain(
  tx: Transaction,
  deps: IntakeDeps,
  work: Work & { readonly days: readonly Day[] },
): Promise<number> {
  const people: DayBook[][] = work.days.map((day) => booksOfDay(work, day));
  const losers = people.flatMap((books) => (books.length < 2 ? [] : reconcileDay(books)));
  const byCode = new Map<string, Line[]>();
  for (const { code, ...line } of losers) byCode.set(code, [...(byCode.get(code) ?? []), line]);
  for (const [code, lines] of byCode) await reverseLines(tx, deps, { ...work, lines, code });
  await correctStepsIn(tx, deps, { ...work, days: people });
  await finishWork(tx, deps, { ...work, kind: 'binding-overlap' });
  return losers.length;
}
