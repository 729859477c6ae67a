import type { ActivitySource } from '@tanhui/sdk/plugin';
import type { Stored, Transaction } from '../storage/index.ts';
import type { EndedRecord, JourneyChanges, ReopenedRecord } from './ending.ts';
import { changeJourneys } from './ending.ts';
import type { IntakeDeps, IntakeScope } from './model.ts';
import type { OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { forgotten, openJourneyKey, openJourneyOf, openJourneys } from './open-journeys.ts';
import { runs } from './runs.ts';
import type { EarlierJourneyDocument } from './traces.ts';
import { earlierJourneys, earlierKey, waitingId } from './traces.ts';

const pageSize = 1_000;
const kind = 'undo';

type Scope = Pick<IntakeScope, 'run' | 'source' | 'programme'>;

/** Of one page of open journeys, ends the records of a run; answers how many, and where the next page begins. */
export async function endPageOfRun(
  tx: Transaction,
  deps: IntakeDeps,
  { scope, after }: { readonly scope: Scope; readonly after: string | undefined },
): Promise<{ readonly ended: number; readonly last?: string }> {
  const prefix = openJourneyKey(scope, '');
  const page = await tx.find(openJourneys, {
    index: 'key',
    from: after === undefined ? prefix : `${after}\u0000`,
    before: `${prefix.slice(0, -1)}0`,
    limit: pageSize,
  });
  const own = page.items.filter(({ value }) => value.records.some(({ run }) => run === scope.run));
  const kept = await keptOf(
    tx,
    scope.run,
    own.map(({ key }) => key),
  );
  const undoing = { scope, source: deps.plugins.source(scope.source).source, kept };
  const changed = own.map((journey) => withoutRun(undoing, journey));
  const ended = changed.flatMap((one) => one.ended);
  const reopened = changed.flatMap((one) => one.reopened);
  const journeys = changed.map(({ journey }) => journey);
  await changeJourneys(tx, deps, { programme: scope.programme, kind, journeys, ended, reopened });
  const back = changed
    .filter((one) => one.isAsBefore === true)
    .map(({ journey }) => earlierKey(journey.key, scope.run));
  await tx.removeMany(earlierJourneys, back);
  const last = page.items.at(-1)?.key;
  return { ended: ended.length, ...(last !== undefined && { last }) };
}

/** Puts journeys of earlier runs back as they were before a run changed them, where nothing else has happened to them since. */
export async function reopenEarlier(
  tx: Transaction,
  deps: IntakeDeps,
  { scope, keys }: { readonly scope: Scope; readonly keys: readonly string[] },
): Promise<void> {
  if (keys.length === 0) return;
  const { source } = deps.plugins.source(scope.source);
  const kept = await keptOf(tx, scope.run, keys);
  const now = await tx.getMany(openJourneys, keys);
  const changes = keys.flatMap((key) => {
    const earlier = kept.get(earlierKey(key, scope.run));
    const current = now.get(key);
    if (earlier === undefined || !isUntouched(earlier, current?.value.records ?? [])) return [];
    const value = openJourneyOf(bare(earlier), { source, isSettled: false });
    return [{ journey: { key, version: current?.version ?? 0, value }, reopened: reopenedIn(earlier) }];
  });
  const journeys = changes.map(({ journey }) => journey);
  const reopened = changes.flatMap((one) => one.reopened);
  await changeJourneys(tx, deps, { programme: scope.programme, kind, journeys, ended: [], reopened });
  await tx.removeMany(earlierJourneys, [...kept.keys()]);
}

/** What was kept of some journeys, but for what holds a record of a run that was itself undone. */
async function keptOf(
  tx: Transaction,
  run: string,
  journeys: readonly string[],
): Promise<Map<string, EarlierJourneyDocument | undefined>> {
  const stored = await tx.getMany(
    earlierJourneys,
    journeys.map((key) => earlierKey(key, run)),
  );
  const others = new Set([...stored.values()].flatMap(({ value }) => value.records.map((record) => record.run)));
  const undone = await tx.getMany(runs, [...others]);
  const isUndone = (record: WaitingRecord) => undone.get(record.run)?.value.reversal !== undefined;
  return new Map([...stored].map(([key, { value }]) => [key, value.records.some(isUndone) ? undefined : value]));
}

/** Everything that waits was there, and everything that waited and came to nothing in the run still waits. */
function isUntouched({ records, became }: EarlierJourneyDocument, now: readonly WaitingRecord[]): boolean {
  const then = new Set(records.map(waitingId));
  const present = new Set(now.map(waitingId));
  return (
    now.every((record) => then.has(waitingId(record))) &&
    records.every((record, at) => became[String(at)] !== undefined || present.has(waitingId(record)))
  );
}

function bare({ records, state, updatedAt, programme }: EarlierJourneyDocument) {
  return { records, state, updatedAt, programme };
}

function reopenedIn({ records, became }: EarlierJourneyDocument): ReopenedRecord[] {
  return records.flatMap((record, at) => {
    const from = became[String(at)];
    return from === undefined ? [] : [{ record, from }];
  });
}

interface Undoing {
  readonly scope: Scope;
  readonly source: ActivitySource;
  readonly kept: ReadonlyMap<string, EarlierJourneyDocument | undefined>;
}

interface Change extends Pick<JourneyChanges, 'ended' | 'reopened'> {
  readonly journey: JourneyChanges['journeys'][number];
  readonly isAsBefore?: true;
}

/** One journey without the records of a run: as it was before, or without them, or, where the source cannot tell them apart, ended as a whole. */
function withoutRun({ scope, source, kept }: Undoing, journey: Stored<OpenJourneyDocument>): Change {
  const { key, version, value } = journey;
  const own = value.records.filter(({ run }) => run === scope.run);
  const others = value.records.filter(({ run }) => run !== scope.run);
  const code = 'ACTIVITIES_RUN_REVERSED';
  const ended: EndedRecord[] = own.map((record) => ({ record, source: source.id, code }));
  const earlier = kept.get(earlierKey(key, scope.run));
  if (earlier !== undefined && isUntouched(earlier, others)) {
    const left = openJourneyOf(bare(earlier), { source, isSettled: false });
    return { journey: { key, version, value: left }, ended, reopened: reopenedIn(earlier), isAsBefore: true };
  }
  if (others.length === 0) return { journey: { key, version }, ended, reopened: [] };
  const left = forgotten(source, value, own);
  if (left !== undefined) return { journey: { key, version, value: left }, ended, reopened: [] };
  const beside = others.map((record) => ({ record, source: source.id, code: 'ACTIVITIES_OPEN_EXPIRED' }));
  return { journey: { key, version }, ended: [...ended, ...beside], reopened: [] };
}
