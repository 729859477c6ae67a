import type { Instant } from '@tanhui/sdk/model';
import type { JsonValue } from '@tanhui/sdk/plugin';
import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';
import type { Collection, DocumentStore, Page, Reader, Stored, Transaction } from '../storage/index.ts';
import { addCounts, noCounts } from './counts.ts';
import type { IntakeCounts } from './model.ts';
import type { Trace } from './traces.ts';
import { isEmpty, runTraces, traceKey } from './traces.ts';

/** 导入运行: one set of records of one source; its counts always add up. */
export interface RunDocument {
  readonly source: string;
  readonly programme: string;
  /** The organisation that opened it. */
  readonly partner?: string;
  readonly openedAt: Instant;
  readonly finishedAt?: Instant;
  readonly counts: IntakeCounts;
  readonly batches: number;
  /** Settings that the source was opened with, as they were given. */
  readonly settings?: JsonValue;
  /** What of the programme was sealed when the run was opened. */
  readonly sealedBefore?: { readonly batches: number; readonly records: number };
  /** That it was undone, and how far that is. */
  readonly reversal?: RunReversal;
  /** Present while it is being undone: when a step of that was last taken. */
  readonly reversingAt?: Instant;
}

/** 撤销 of a whole run: who wanted it, why, and what it took back. */
export interface RunReversal {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly finishedAt?: Instant;
  /** Records that waited are gone through in the order of their keys: up to here. */
  readonly waitingUpTo?: string;
  readonly isWaitingDone?: true;
  /** Units of work of the run that are still to be taken back, counted from its first. */
  readonly batchesLeft: number;
  /** Carbon records that counted and were taken back, and their grams. */
  readonly records: number;
  readonly milligrams: string;
  /** Refused and held trips that were withdrawn. */
  readonly withdrawn: number;
  /** Records that waited and wait no longer. */
  readonly ended: number;
  /** Trips of others that had given way to this run's and count again. */
  readonly restored: number;
}

export const runs: Collection<RunDocument> = {
  name: 'runs',
  keys: 'time-led',
  indexes: [
    { name: 'by_opening', fields: ['openedAt'] },
    {
      name: 'by_partner',
      fields: ['partner', 'openedAt'],
      sparse: true,
      exception: 'a partner lists its own runs newest first; they are few beside its records',
    },
    { name: 'reversing', fields: ['reversingAt'], sparse: true },
  ],
};

export const intakeRefusals = {
  INTAKE_RUN_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这次导入',
    en: 'There is no such import run',
    next: { 'zh-CN': '先开始一次导入', en: 'Open a run first' },
  },
  INTAKE_PROGRAMME_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这个项目',
    en: 'There is no such programme',
    next: { 'zh-CN': '检查 programme 参数', en: 'Check the parameter programme' },
  },
  INTAKE_RUN_FINISHED: {
    kind: 'conflict',
    'zh-CN': '这次导入已经结束',
    en: 'The import run is finished',
    next: {
      'zh-CN': '再次导入同一文件是安全的：已见的记录不会重复计入',
      en: 'Import again: records seen before add nothing',
    },
  },
  INTAKE_RUN_RUNNING: {
    kind: 'conflict',
    'zh-CN': '这次导入还没有结束',
    en: 'The import run has not ended',
    next: { 'zh-CN': '先结束这次导入，再撤销', en: 'Finish the run, then undo it' },
  },
  INTAKE_RUN_REVERSED: {
    kind: 'conflict',
    'zh-CN': '这次导入已经撤销或正在撤销，不再接收记录',
    en: 'The import run was undone, or is being undone, and takes no more records',
    next: { 'zh-CN': '把更正后的文件作为新的导入提交', en: 'Import the corrected file as a new run' },
  },
  INTAKE_RUN_WITHOUT_TRACE: {
    kind: 'conflict',
    'zh-CN': '这次导入早于撤销功能，没有可供撤销的记载',
    en: 'The import run is older than what an undo needs',
    next: { 'zh-CN': '逐条申诉，或联系平台', en: 'Appeal the trips one by one, or contact the platform' },
  },
  INTAKE_BATCH_TOO_LARGE: {
    kind: 'limit',
    'zh-CN': '一批最多 1000 条记录',
    en: 'A batch holds at most 1,000 records',
    next: { 'zh-CN': '分批提交', en: 'Send smaller batches' },
  },
  INTAKE_LINE_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': '这一行不能解析',
    en: 'The line cannot be parsed',
    next: {
      'zh-CN': '更正这一行后重新导入；其他行不受影响',
      en: 'Correct the line and import again; other lines are not affected',
    },
  },
  INTAKE_LINE_TOO_LONG: {
    kind: 'limit',
    'zh-CN': '这一行过长',
    en: 'The line is too long',
    next: { 'zh-CN': '一行最多 64 KB', en: 'A line holds at most 64 KB' },
  },
} as const satisfies RefusalTable;

const refuse = refuser(intakeRefusals);

/** Adds a batch to its run and leaves its trace; the run is opened by its first batch where nobody opened it before. */
export async function addToRun(
  tx: Transaction,
  batch: {
    readonly run: string;
    readonly source: string;
    readonly programme: string;
    readonly counts: IntakeCounts;
    readonly trace: Trace;
    /** What was left of a run is settled behind its end. */
    readonly isLate?: boolean;
    readonly at: Instant;
  },
): Promise<IntakeCounts> {
  const stored = await tx.get(runs, batch.run);
  if (stored !== undefined) checkTakesRecords(stored, batch.isLate === true);
  const before = stored?.value ?? {
    source: batch.source,
    programme: batch.programme,
    openedAt: batch.at,
    counts: noCounts,
    batches: 0,
  };
  const counts = addCounts(before.counts, batch.counts);
  if (!isEmpty(batch.trace))
    tx.later.insertMany(runTraces, [{ key: traceKey(batch.run, before.batches), value: batch.trace }]);
  const value = { ...before, counts, batches: before.batches + 1 };
  tx.later.replaceMany(runs, [{ key: batch.run, version: stored?.version ?? 0, value }]);
  return counts;
}

function checkTakesRecords({ key, value }: Stored<RunDocument>, isLate: boolean): void {
  if (value.reversal !== undefined) throw refuse('INTAKE_RUN_REVERSED', { run: key });
  if (value.finishedAt !== undefined && !isLate) throw refuse('INTAKE_RUN_FINISHED', { run: key });
}

/** Opens a run 运行 before its first batch, with the settings of its source. */
export async function openRun(
  store: DocumentStore,
  run: {
    readonly id: string;
    readonly source: string;
    readonly programme: string;
    readonly settings: JsonValue;
    readonly partner: string;
    readonly sealedBefore: { readonly batches: number; readonly records: number };
    readonly at: Instant;
  },
): Promise<void> {
  const value: RunDocument = {
    source: run.source,
    programme: run.programme,
    partner: run.partner,
    openedAt: run.at,
    counts: noCounts,
    batches: 0,
    settings: run.settings,
    sealedBefore: run.sealedBefore,
  };
  await store.unitOfWork((tx) => tx.insertMany(runs, [{ key: run.id, value }]));
}

export async function runOf(store: DocumentStore, id: string): Promise<RunDocument> {
  const stored = await store.get(runs, id);
  if (stored === undefined) throw refuse('INTAKE_RUN_UNKNOWN', { run: id });
  return stored.value;
}

/** Runs newest first: everybody's, or one partner's. */
export function listRuns(
  reader: Reader,
  query: { readonly partner?: string | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<RunDocument>> {
  return reader.find(runs, {
    ...(query.partner === undefined ? { index: 'by_opening' } : { index: 'by_partner', prefix: [query.partner] }),
    order: 'descending',
    limit: query.limit,
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

/** Closes a run; closing it again does nothing. */
export async function finishRun(store: DocumentStore, id: string, at: Instant): Promise<RunDocument> {
  return store.unitOfWork(async (tx) => {
    const stored = await tx.get(runs, id);
    if (stored === undefined) throw refuse('INTAKE_RUN_UNKNOWN', { run: id });
    if (stored.value.finishedAt !== undefined) return stored.value;
    const value = { ...stored.value, finishedAt: at };
    await tx.replaceMany(runs, [{ ...stored, value }]);
    return value;
  });
}

/** A record of a run that waited and came to something, or the other way round; with a code where it was refused. */
export interface Move {
  readonly run: string;
  readonly from: 'open' | 'used' | 'refused' | 'duplicate';
  readonly to: 'open' | 'used' | 'refused' | 'duplicate';
  readonly code?: string;
}

/** Moves records in the counts of the runs that they came with, whatever became of them since: what a run calls open waits. */
export async function moveInRuns(tx: Transaction, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const added = new Map<string, IntakeCounts>();
  for (const move of moves) added.set(move.run, addCounts(added.get(move.run) ?? noCounts, countsOf(move)));
  const stored = await tx.getMany(runs, [...added.keys()]);
  const replacements = [...stored.values()].map(({ key, version, value }) => ({
    key,
    version,
    value: { ...value, counts: addCounts(value.counts, added.get(key) ?? noCounts) },
  }));
  await tx.replaceMany(runs, replacements);
}

function countsOf({ from, to, code }: Move): IntakeCounts {
  const records = { ...noCounts.records };
  records[from] -= 1;
  records[to] += 1;
  const refused = code === undefined ? {} : { [code]: 1 };
  return { ...noCounts, records, activities: { ...noCounts.activities, refused } };
}
