import type { Instant } from '@tanhui/sdk/model';
import type { JsonValue } from '@tanhui/sdk/plugin';
import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';
import type { Collection, DocumentStore, Page, Reader } from '../storage/index.ts';
import { noCounts } from './counts.ts';
import type { IntakeCounts } from './model.ts';

/** 导入运行: one set of records of one source; its counts always add up. */
export interface RunDocument {
  readonly source: string;
  readonly programme: string;
  /** The organisation that opened it. */
  readonly partner?: string;
  readonly openedAt: Instant;
  /** When it last took something; absent until then. */
  readonly takenAt?: Instant;
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
  INTAKE_RUN_OF_ANOTHER_SOURCE: {
    kind: 'conflict',
    'zh-CN': '这次导入只收数据源 {source} 的记录',
    en: 'The import run takes records of {source} only',
    next: {
      'zh-CN': '为另一个数据源另开一次导入',
      en: 'Open another run for the other source',
    },
  },
  INTAKE_RUN_OF_ANOTHER_PROGRAMME: {
    kind: 'conflict',
    'zh-CN': '这次导入只计入项目 {programme}',
    en: 'The import run counts for the programme {programme} only',
    next: {
      'zh-CN': '不填 programme，或为另一个项目另开一次导入',
      en: 'Leave programme out, or open another run for the other programme',
    },
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
    next: {
      'zh-CN': '先结束这次导入，或在 {minutes} 分钟没有新记录之后再撤销',
      en: 'Finish the run, or undo it once nothing has come for {minutes} minutes',
    },
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
    next: { 'zh-CN': '一行最多 32,768 个字符', en: 'A line holds at most 32,768 characters' },
  },
} as const satisfies RefusalTable;

const refuse = refuser(intakeRefusals);

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

/** A run takes what it was opened for: an undo looks for what waits under the run's own source and programme, and would leave the rest standing. */
export function checkRunIsFor(
  run: Pick<RunDocument, 'source' | 'programme'>,
  asked: { readonly source: string; readonly programme: string; readonly run: string },
): void {
  if (run.source !== asked.source)
    throw refuse('INTAKE_RUN_OF_ANOTHER_SOURCE', { run: asked.run, field: 'source', source: run.source });
  if (run.programme !== asked.programme)
    throw refuse('INTAKE_RUN_OF_ANOTHER_PROGRAMME', { run: asked.run, field: 'programme', programme: run.programme });
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
