import type { Instant } from '@tanhui/sdk/model';
import type { JsonValue } from '@tanhui/sdk/plugin';
import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';
import type { Collection, DocumentStore, Page, Reader, Transaction } from '../storage/index.ts';
import { addCounts, noCounts } from './counts.ts';
import type { IntakeCounts } from './model.ts';

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

/** Adds a batch to its run; the run is opened by its first batch where nobody opened it before. */
export async function addToRun(
  tx: Transaction,
  batch: {
    readonly run: string;
    readonly source: string;
    readonly programme: string;
    readonly counts: IntakeCounts;
    readonly at: Instant;
  },
): Promise<IntakeCounts> {
  const stored = await tx.get(runs, batch.run);
  if (stored?.value.finishedAt !== undefined) throw refuse('INTAKE_RUN_FINISHED', { run: batch.run });
  const before = stored?.value ?? {
    source: batch.source,
    programme: batch.programme,
    openedAt: batch.at,
    counts: noCounts,
    batches: 0,
  };
  const counts = addCounts(before.counts, batch.counts);
  await tx.replaceMany(runs, [
    { key: batch.run, version: stored?.version ?? 0, value: { ...before, counts, batches: before.batches + 1 } },
  ]);
  return counts;
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
