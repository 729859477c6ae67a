import type { ActivityDraft, SourceRefusal } from '../model/index.ts';
import type { ActivitySource, JsonValue, SourceRecord, TransformOutput } from '../plugin/index.ts';
import { checkOutput } from './check-output.ts';
import { hold } from './contract-error.ts';
import { createWaitingRoom } from './waiting-room.ts';
import type { HandedOut, WaitingRoom } from './waiting-room.ts';

export type RecordFields = Readonly<Record<string, string>>;

export interface SourceRunOptions {
  /** As an operator would configure the source; null for none. */
  readonly settings?: JsonValue;
  /** Records a call; several sizes are used in turn. 1,000 where none is given. */
  readonly batchSize?: number | readonly number[];
  /** Whether the run ends with a settlement of what is open; it does unless this is false. */
  readonly settle?: boolean;
  /** Codes the plugin declares; any other is a breach of contract. */
  readonly codes?: readonly string[];
}

/** 来源试跑: what became of every record. `records` of activities and refusals are places in the input, the first is 0. */
export interface SourceRun {
  readonly read: number;
  readonly used: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly open: number;
  readonly activities: readonly ActivityDraft[];
  readonly refusals: readonly SourceRefusal[];
  /** Places of the records that still wait. */
  readonly waiting: readonly number[];
}

type Fate = 'used' | 'refused' | 'duplicate';

interface Run<Settings> {
  readonly source: ActivitySource<Settings>;
  readonly settings: Settings;
  readonly codes: ReadonlySet<string> | undefined;
  readonly fates: Map<number, Fate>;
  readonly room: WaitingRoom;
  readonly activities: ActivityDraft[];
  readonly refusals: SourceRefusal[];
}

/**
 * Runs a source as the host does: drops exact duplicates, sorts by event time, hands over batches with the open journeys of their keys, and
 * settles at the end. Throws `SourceContractError` where a record is lost, is named twice, or an answer breaks a rule of the contract;
 * what it returns is balanced: read = used + duplicate + refused + open.
 */
export function runSource<Settings>(
  source: ActivitySource<Settings>,
  records: Iterable<RecordFields>,
  options: SourceRunOptions = {},
): SourceRun {
  const run: Run<Settings> = {
    source,
    settings: source.parseSettings(options.settings ?? null),
    codes: options.codes === undefined ? undefined : new Set(options.codes),
    fates: new Map(),
    room: createWaitingRoom(),
    activities: [],
    refusals: [],
  };
  const input = [...records];
  const order = inOrderOfTime(run, input);
  for (const batch of cut(order, options.batchSize ?? 1_000)) takeBatch(run, input, batch);
  if (options.settle ?? true) settle(run);
  return resultOf(run, input.length);
}

/** Places of the records that are no duplicates, by event time; unreadable ones first, ties in input order. */
function inOrderOfTime<Settings>(
  { source, settings, fates }: Run<Settings>,
  input: readonly RecordFields[],
): readonly number[] {
  const seen = new Set<string>();
  const timed: { readonly place: number; readonly at: number }[] = [];
  for (const [place, fields] of input.entries()) {
    const content = JSON.stringify(Object.entries(fields).sort(([first], [second]) => (first < second ? -1 : 1)));
    if (seen.has(content)) fates.set(place, 'duplicate');
    else timed.push({ place, at: source.eventTimeOf({ ref: place, fields }, settings) ?? -Infinity });
    seen.add(content);
  }
  return timed.sort((first, second) => compare(first.at, second.at)).map(({ place }) => place);
}

function compare(first: number, second: number): number {
  return first === second ? 0 : first < second ? -1 : 1;
}

function* cut(order: readonly number[], batchSize: number | readonly number[]): Generator<readonly number[]> {
  const sizes = typeof batchSize === 'number' ? [batchSize] : batchSize;
  hold(sizes.length > 0 && sizes.every((size) => size >= 1), 'batch sizes are at least 1');
  let from = 0;
  for (let turn = 0; from < order.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield order.slice(from, from + size);
    from += size;
  }
}

function takeBatch<Settings>(run: Run<Settings>, input: readonly RecordFields[], places: readonly number[]): void {
  const { source, settings, room } = run;
  const records = places.map((place, ref): SourceRecord => ({ ref, fields: input[place] ?? {} }));
  const keys = records.map((record) => source.keyOf(record, settings)).filter((key) => key !== undefined);
  const handed = room.handOut(keys);
  account(run, { output: source.transform({ records, open: handed.open, settings }), handed, places });
}

function settle<Settings>(run: Run<Settings>): void {
  const handed = run.room.handOut(run.room.keys());
  const output = run.source.settle({ open: handed.open, settings: run.settings });
  account(run, { output, handed, places: [] });
}

interface Answer {
  readonly output: TransformOutput;
  readonly handed: HandedOut;
  /** Places of the records of the call, by their reference. */
  readonly places: readonly number[];
}

/** Gives each record that the answer names its fate; each reference once, and none left without. */
function account<Settings>(run: Run<Settings>, { output, handed, places }: Answer): void {
  checkOutput(run.source, output, run.codes);
  const placeOf = (ref: number): number => {
    const place = ref < 0 ? handed.placeOf.get(ref) : places[ref];
    hold(place !== undefined, `reference ${ref} was never handed over`);
    return place;
  };
  const named = new Set<number>();
  const name = (ref: number, fate: Fate | undefined): number => {
    const place = placeOf(ref);
    hold(!named.has(ref), `record ${place} is named twice in one answer`);
    named.add(ref);
    if (fate !== undefined) run.fates.set(place, fate);
    return place;
  };
  for (const draft of output.activities)
    run.activities.push({ ...draft, records: draft.records.map((ref) => name(ref, 'used')) });
  for (const refusal of output.refusals)
    run.refusals.push({ ...refusal, records: refusal.records.map((ref) => name(ref, 'refused')) });
  for (const ref of output.contextRecords ?? []) name(ref, 'used');
  for (const { records } of Object.values(output.open)) for (const { ref } of records) name(ref, undefined);
  holdNoneLost({ output, handed, places }, named);
  run.room.putBack(output, handed, placeOf);
}

/** Fresh records all have a fate; so has each that waited, unless the answer leaves its key as it was. */
function holdNoneLost({ output, handed, places }: Answer, named: ReadonlySet<number>): void {
  for (const [ref, place] of places.entries()) hold(named.has(ref), `record ${place} is lost`);
  for (const [key, { records }] of Object.entries(handed.open)) {
    if (!Object.hasOwn(output.open, key)) continue;
    for (const { ref } of records) hold(named.has(ref), `a record that waited for ${key} is lost`);
  }
}

function resultOf<Settings>({ fates, room, activities, refusals }: Run<Settings>, read: number): SourceRun {
  const counts = { used: 0, duplicate: 0, refused: 0 };
  for (const fate of fates.values()) counts[fate] += 1;
  const waiting = room.places();
  const accounted = counts.used + counts.duplicate + counts.refused + waiting.length;
  hold(accounted === read, `${read} records read, ${accounted} accounted for`);
  return { read, ...counts, open: waiting.length, activities, refusals, waiting };
}
