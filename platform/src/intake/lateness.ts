import type { ActivitySource } from '@tanhui/sdk/plugin';
import type { Instant } from '@tanhui/sdk/model';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { pagesOf } from '../storage/index.ts';
import type { JourneyChanges } from './ending.ts';
import { changeJourneys } from './ending.ts';
import type { IntakeDeps } from './model.ts';
import type { OpenJourneyDocument } from './open-journeys.ts';
import { forgotten, openJourneys } from './open-journeys.ts';
import type { RunDocument } from './runs.ts';
import { runs } from './runs.ts';
import { settlePage } from './settling.ts';

const pageSize = 500;
const code = 'ACTIVITIES_OPEN_EXPIRED';

type Journey = Stored<OpenJourneyDocument>;

/** Journeys that one unit of work takes up together: of one source and programme, to be settled for one run or, where none is named, to expire. */
interface Due {
  readonly source: ActivitySource;
  readonly programme: string;
  readonly run?: Stored<RunDocument>;
  readonly items: readonly Journey[];
}

/**
 * 过期与结清: one step through the open journeys whose time has come, the longest due first. What the lateness window leaves behind is settled; what waited longer than
 * the source's window is refused with a code. Whether there was any; a source that is paused, or gone, waits.
 */
export async function settleDue(
  deps: IntakeDeps,
  { isPaused }: { readonly isPaused: (source: string) => Promise<boolean> },
): Promise<boolean> {
  const before = deps.clock.now();
  for await (const page of pagesOf(deps.store, openJourneys, { index: 'by_due', before, limit: pageSize })) {
    const due = await firstOf(deps, page, isPaused);
    if (due === undefined) continue;
    if (due.run === undefined) await expire(deps, due);
    else await settle(deps, { ...due, run: due.run });
    return true;
  }
  return false;
}

/** Of a page the first journey that may be taken up, with all that can be taken up along with it. */
async function firstOf(
  deps: IntakeDeps,
  page: readonly Journey[],
  isPaused: (source: string) => Promise<boolean>,
): Promise<Due | undefined> {
  const named = page.map((journey) => ({ journey, ...placeOf(journey) }));
  const found = await deps.store.getMany(runs, [...new Set(named.map(({ run }) => run))]);
  const paused = new Map<string, boolean>();
  for (const { source } of named) if (!paused.has(source)) paused.set(source, await isPaused(source));
  const sources = new Map(deps.plugins.sources().map(({ source }) => [source.id, source]));
  const ready = named.filter(({ source, run }) => {
    const owner = found.get(run)?.value;
    return sources.has(source) && paused.get(source) === false && owner !== undefined && owner.reversal === undefined;
  });
  const [first] = ready;
  if (first === undefined) return undefined;
  const items = ready.filter((one) => groupOf(one) === groupOf(first)).map(({ journey }) => journey);
  const source = required(sources.get(first.source), 'source of an open journey');
  const run = first.isSettled ? undefined : found.get(first.run);
  return { source, programme: first.programme, items, ...(run !== undefined && { run }) };
}

interface Place {
  readonly source: string;
  readonly programme: string;
  readonly isSettled: boolean;
  /** Of the newest record: what is made of the journey counts for that run. */
  readonly run: string;
}

function placeOf({ key, value }: Journey): Place {
  const [source = '', programme = ''] = key.split('/');
  const newest = value.records.reduce((last, one) => (one.since >= last.since ? one : last));
  return { source, programme, isSettled: value.isSettled === true, run: newest.run };
}

function groupOf({ source, programme, isSettled, run }: Place): string {
  return [source, programme, isSettled ? '' : run].join('/');
}

async function settle(
  deps: IntakeDeps,
  { source, programme, run, items }: Due & { readonly run: Stored<RunDocument> },
): Promise<void> {
  const settings = source.parseSettings(run.value.settings ?? null);
  const scope = { source: source.id, programme, settings, run: run.key };
  await settlePage(deps, { scope, items, isLate: true });
}

function expire(deps: IntakeDeps, { source, programme, items }: Due): Promise<void> {
  const now = deps.clock.now();
  return deps.store.unitOfWork(async (tx) => {
    const due = await stillDue(tx, { items, now });
    const changed = due.map((journey) => withoutExpired(source, journey, now));
    const journeys = changed.map(({ journey }) => journey);
    const ended = changed.flatMap((one) => one.ended);
    await changeJourneys(tx, deps, { programme, kind: 'expiry', journeys, ended, reopened: [] });
  });
}

/** What has got no record since, and is settled still. */
async function stillDue(
  tx: Transaction,
  { items, now }: { readonly items: readonly Journey[]; readonly now: Instant },
): Promise<Journey[]> {
  const found = await tx.getMany(
    openJourneys,
    items.map(({ key }) => key),
  );
  return [...found.values()].filter(({ value }) => value.isSettled === true && value.dueAt < now);
}

type Expired = Pick<JourneyChanges, 'ended'> & { readonly journey: JourneyChanges['journeys'][number] };

function withoutExpired(source: ActivitySource, { key, version, value }: Journey, now: Instant): Expired {
  const gone = value.records.filter(({ since }) => since + source.openExpiryMs < now);
  const ended = gone.map((record) => ({ record, source: source.id, code }));
  const left = gone.length === value.records.length ? undefined : forgotten(source, value, gone);
  return { journey: { key, version, ...(left !== undefined && { value: left }) }, ended };
}
