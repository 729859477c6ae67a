import type { Day } from '@tanhui/sdk/model';
import { sequenceId } from '../carbon/index.ts';
import { refuser, required, without } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { IntakeDeps } from './model.ts';
import { interruptedAfterMs, runStateOf } from './run-state.ts';
import type { RunDocument, RunReversal } from './runs.ts';
import { intakeRefusals, runs } from './runs.ts';
import { seenRecords } from './seen.ts';
import type { NumberRange, Trace } from './traces.ts';
import { isEmpty, newestTrace, runTraces } from './traces.ts';
import type { TripsUndone } from './undoing-trips.ts';
import { undoTrips } from './undoing-trips.ts';
import { endPageOfRun, reopenEarlier } from './undoing-waiting.ts';

const refuse = refuser(intakeRefusals);

/** Trips that one unit of work takes back: with up to twenty accounts a person their day books are one call. */
const tripsAStep = 400;
/** A server that undoes a run takes a step at least this often; after it another one goes on. */
const abandonedMs = 15_000;

type Reversing = RunDocument & { readonly reversal: RunReversal };

/**
 * 撤销一次导入: begins it, in the caller's unit of work; from its commit on the run takes no records. What it left is taken away by `undoStep`, in steps that any
 * process can take up. What was cut off halfway is undone as it is: nothing more is waited for. Undoing again changes nothing: the first reason stands. Answers whether it began now.
 */
export async function beginUndo(
  tx: Transaction,
  deps: IntakeDeps,
  asked: { readonly run: string; readonly by: string; readonly reason: string },
): Promise<boolean> {
  const stored = await tx.get(runs, asked.run);
  if (stored === undefined) throw refuse('INTAKE_RUN_UNKNOWN', { run: asked.run });
  const { reversal, batches } = stored.value;
  if (reversal !== undefined) return false;
  const at = deps.clock.now();
  if (runStateOf(asked.run, stored.value, at) === 'running')
    throw refuse('INTAKE_RUN_RUNNING', { run: asked.run, minutes: interruptedAfterMs / 60_000 });
  if (hasLeftSomething(stored.value) && (await newestTrace(tx, asked.run)) === undefined)
    throw refuse('INTAKE_RUN_WITHOUT_TRACE', { run: asked.run });
  const begun: RunReversal = {
    ...{ at, by: asked.by, reason: asked.reason, batchesLeft: batches },
    ...{ records: 0, milligrams: '0', withdrawn: 0, ended: 0, restored: 0 },
  };
  await tx.replaceMany(runs, [{ ...stored, value: { ...stored.value, reversal: begun, reversingAt: at } }]);
  return true;
}

function hasLeftSomething({ counts }: RunDocument): boolean {
  const { used, refused, open } = counts.records;
  return used + refused + open > 0;
}

const stepsATurn = 10;

/**
 * Takes some steps of the undo that was taken up before, while it is under way, or of the one that has been left alone longest. Answers the run, to be given the
 * next time; nothing where none has been left alone.
 */
export async function undoAbandoned(deps: IntakeDeps, takenUp?: string): Promise<string | undefined> {
  const run = (await stillUnderWay(deps, takenUp)) ?? (await leftAlone(deps));
  if (run !== undefined) await undoSteps(deps, run, stepsATurn);
  return run;
}

async function stillUnderWay({ store }: IntakeDeps, run: string | undefined): Promise<string | undefined> {
  const stored = run === undefined ? undefined : await store.get(runs, run);
  return stored !== undefined && isReversing(stored.value) ? run : undefined;
}

async function leftAlone({ store, clock }: IntakeDeps): Promise<string | undefined> {
  const page = await store.find(runs, { index: 'reversing', before: clock.now() - abandonedMs, limit: 1 });
  return page.items[0]?.key;
}

/** Takes up to so many steps of an undo under way, each in a unit of work of its own; the run as it is then. */
export async function undoSteps(deps: IntakeDeps, run: string, most: number): Promise<RunDocument> {
  for (let step = 1; ; step += 1) {
    const value = await undoStep(deps, run);
    if (value.reversal?.finishedAt !== undefined || step >= most) return value;
  }
}

/** One unit of work: a page of what waits, then the run's units from the newest to the first, then its end. */
function undoStep(deps: IntakeDeps, run: string): Promise<RunDocument> {
  return deps.store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(runs, run), 'run that is being undone');
    if (!isReversing(stored.value)) return stored.value;
    const reversal = await afterStep(tx, deps, { run, value: stored.value });
    const now = required(await tx.get(runs, run), 'run that is being undone');
    const value =
      reversal.finishedAt === undefined
        ? { ...now.value, reversal, reversingAt: deps.clock.now() }
        : { ...without(now.value, 'reversingAt'), reversal };
    await tx.replaceMany(runs, [{ ...now, value }]);
    return value;
  });
}

function isReversing(value: RunDocument): value is Reversing {
  return value.reversal !== undefined && value.reversal.finishedAt === undefined;
}

interface Step {
  readonly run: string;
  readonly value: Reversing;
}

async function afterStep(tx: Transaction, deps: IntakeDeps, { run, value }: Step): Promise<RunReversal> {
  const { reversal } = value;
  if (reversal.isWaitingDone !== true) {
    const page = await endPageOfRun(tx, deps, { scope: { ...value, run }, after: reversal.waitingUpTo });
    const ended = reversal.ended + page.ended;
    if (page.last !== undefined) return { ...reversal, ended, waitingUpTo: page.last };
    return { ...without(reversal, 'waitingUpTo'), ended, isWaitingDone: true };
  }
  const trace = await newestTrace(tx, run);
  if (trace === undefined) return { ...reversal, batchesLeft: 0, finishedAt: deps.clock.now() };
  const undone = await undoUnit(tx, deps, { run, value, trace });
  return {
    ...reversal,
    batchesLeft: Number(trace.key.slice(run.length + 1)),
    records: reversal.records + undone.records,
    milligrams: String(BigInt(reversal.milligrams) + undone.milligrams),
    withdrawn: reversal.withdrawn + undone.withdrawn,
    restored: reversal.restored + undone.restored,
  };
}

/** Takes a unit of the run back, or, of one with very many trips, the newest of them. */
async function undoUnit(
  tx: Transaction,
  deps: IntakeDeps,
  { run, value, trace }: Step & { readonly trace: Stored<Trace> },
): Promise<TripsUndone> {
  const { programme } = value;
  const { ids, left } = newestTrips(programme, trace.value);
  const undone = await undoTrips(tx, deps, { run, programme, ids });
  const rest = { activities: left, seen: '' };
  if (!isEmpty(rest)) {
    await tx.replaceMany(runTraces, [{ ...trace, value: { ...trace.value, activities: left } }]);
    return undone;
  }
  const { seen, journeys = [] } = trace.value;
  await reopenEarlier(tx, deps, { scope: { ...value, run }, keys: journeys });
  if (seen !== '') await tx.removeMany(seenRecords, seen.split(' '));
  await tx.removeMany(runTraces, [trace.key]);
  return undone;
}

function newestTrips(
  programme: string,
  { activities }: Trace,
): { readonly ids: readonly string[]; readonly left: Readonly<Record<string, NumberRange>> } {
  const ids: string[] = [];
  const left: Record<string, NumberRange> = {};
  for (const [day, [first, last]] of Object.entries(activities)) {
    let next = last;
    for (; next >= first && ids.length < tripsAStep; next -= 1)
      ids.push(sequenceId('act', { programme, day: day as Day }, next));
    if (next >= first) left[day] = [first, next];
  }
  return { ids, left };
}
