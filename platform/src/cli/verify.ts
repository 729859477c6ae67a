import { readFileSync } from 'node:fs';
import { nextSteps, recomputeLeaves, verifyAnyReceipt } from '@tanhui/sdk/verify';
import type { PinnedRoots, Verification } from '@tanhui/sdk/verify';
import { z } from 'zod';
import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

/** Why nothing could be verified; a proof that does not hold is no refusal but an answer. */
export const verifyRefusals = {
  VERIFY_FILE_UNREADABLE: {
    kind: 'not-found',
    'zh-CN': '文件不存在，或不是可读的 JSON',
    en: 'The file is not there, or is not readable JSON',
    next: {
      'zh-CN': '检查路径；收据从行程页或兑换页下载',
      en: 'Check the path; receipts are downloaded from the page of a trip or a redemption',
    },
  },
  VERIFY_ROOTS_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': '根证书文件不符合格式',
    en: 'The file of root certificates does not fit',
    next: {
      'zh-CN': '使用机构公布的根证书文件，并核对指纹',
      en: 'Take the file of roots that the organisations publish, and compare its fingerprints with theirs',
    },
  },
  VERIFY_NOT_LEAVES: {
    kind: 'invalid',
    'zh-CN': '这不是叶文件：每片叶 64 字节',
    en: 'The file is none of leaves, which are 64 bytes each',
    next: {
      'zh-CN': '核验收据请加 --roots 和您信任的根证书文件；叶文件从批次页下载',
      en: 'For a receipt give --roots with the root certificates that you trust; leaves are downloaded from the page of a batch',
    },
  },
  VERIFY_BATCH_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': '批次文件不符合格式',
    en: 'The file of the batch does not fit',
    next: {
      'zh-CN': '保存 GET /v1/audit/batches/{batch} 的应答并使用该文件',
      en: 'Save the answer of GET /v1/audit/batches/{batch} and use that file',
    },
  },
} as const satisfies RefusalTable;

const refuse = refuser(verifyRefusals);

/** As the platform publishes it; what counts is that the reader has compared the fingerprints with the organisations' own. */
const rootsSchema = z.object({
  channel: z.string().min(1).optional(),
  chaincode: z.string().min(1).optional(),
  organisations: z.array(z.object({ mspId: z.string().min(1), rootCertificate: z.string().min(1) })).min(1),
  revocationLists: z.array(z.string().min(1)).optional().describe('X.509 CRL, PEM'),
});

/** 核验: checks a receipt of a record or of a payment offline against pinned roots; prints each step and gives whether all of them hold. */
export async function verifyReceiptFile(options: { readonly file: string; readonly roots: string }): Promise<boolean> {
  const pinned = rootsOf(options.roots);
  const verification = await verifyAnyReceipt(json(options.file), pinned);
  for (const line of linesOf(verification)) process.stdout.write(`${line}\n`);
  return verification.isValid;
}

function rootsOf(file: string): PinnedRoots {
  const parsed = rootsSchema.safeParse(json(file));
  if (!parsed.success) throw refuse('VERIFY_ROOTS_UNREADABLE', { file });
  const { channel, chaincode, organisations, revocationLists } = parsed.data;
  return {
    ...(channel !== undefined && { channel }),
    ...(chaincode !== undefined && { chaincode }),
    ...(revocationLists !== undefined && { revocationLists }),
    roots: organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate })),
  };
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw refuse('VERIFY_FILE_UNREADABLE', { file }, cause);
  }
}

const marks = { passed: '✓', failed: '✗', 'not-yet': '·', 'not-reached': '–' } as const;

function linesOf({ steps, isValid, proven, told, elapsedMs }: Verification): string[] {
  const failure = steps.find(({ code }) => code !== undefined)?.code;
  return [
    ...steps.map(({ id, outcome, code, detail, hash }) =>
      [marks[outcome], id, code, detail, hash].filter((part) => part !== undefined && part !== '').join('  '),
    ),
    ...(failure === undefined ? [] : [`next  ${nextSteps[failure]['zh-CN']}  ${nextSteps[failure].en}`]),
    ...(proven === undefined ? [] : [`proven by signatures  ${factsOf(proven)}`]),
    `only told  ${[told.engine ?? 'no engine', told.block === undefined ? 'no block' : `block ${String(told.block)}`].join(', ')}`,
    `${isValid ? 'valid' : 'NOT valid'}, checked in ${elapsedMs.toFixed(1)} ms on this machine, without a network call`,
  ];
}

function factsOf({ chaincode, channel, proposedAt }: NonNullable<Verification['proven']>): string {
  const time =
    proposedAt === undefined ? undefined : `proposed at ${new Date(proposedAt).toISOString()}, as its proposer says`;
  return [
    `chaincode ${chaincode}`,
    channel === undefined ? 'no channel' : `channel ${channel}`,
    time ?? 'no time',
  ].join(', ');
}

/** A batch as the interface answers it, or its header alone as it stands on the ledger. */
const batchSchema = z
  .object({
    count: z.number(),
    root: z.string(),
    header: z.object({ totals: z.array(z.object({ kind: z.string(), milligrams: z.string().regex(/^\d{1,19}$/) })) }),
  })
  .transform(({ count, root, header }) => ({
    count,
    root,
    netMilligrams: String(header.totals.reduce((sum, line) => sum + signed(line), 0n)),
  }));

function signed({ kind, milligrams }: { readonly kind: string; readonly milligrams: string }): bigint {
  return kind === 'reversal' ? -BigInt(milligrams) : BigInt(milligrams);
}

/** Recomputes a file of leaves by nothing but the file: count, root and net milligrams; with a batch, says of each whether they agree. */
export function verifyLeavesFile({
  file,
  batch,
}: {
  readonly file: string;
  readonly batch?: string | undefined;
}): boolean {
  const { isAscending, ...computed } = recomputedOf(file);
  process.stdout.write(`${JSON.stringify({ ...computed, isAscending })}\n`);
  const isWhole = isAscending && computed.count > 0;
  return batch === undefined ? isWhole : agrees(computed, batchOf(batch)) && isWhole;
}

function recomputedOf(file: string) {
  let leaves: Uint8Array;
  try {
    leaves = readFileSync(file);
  } catch (cause) {
    throw refuse('VERIFY_FILE_UNREADABLE', { file }, cause);
  }
  if (leaves.length % leafBytes !== 0 || isJson(leaves)) throw refuse('VERIFY_NOT_LEAVES', { file });
  const { count, root, netMilligrams, isAscending } = recomputeLeaves(leaves);
  return { count, root, netMilligrams: String(netMilligrams), isAscending };
}

const leafBytes = 64;

/** A leaf begins with its version, which is no character: text is a receipt or a batch that was taken for leaves, also where its length happens to fit. */
function isJson(bytes: Uint8Array): boolean {
  return /^\s*[[{]/.test(Buffer.from(bytes.subarray(0, leafBytes)).toString('latin1'));
}

function batchOf(file: string): z.output<typeof batchSchema> {
  const parsed = batchSchema.safeParse(json(file));
  if (!parsed.success) throw refuse('VERIFY_BATCH_UNREADABLE', { file });
  return parsed.data;
}

function agrees(computed: z.output<typeof batchSchema>, claimed: z.output<typeof batchSchema>): boolean {
  const names = ['count', 'root', 'netMilligrams'] as const;
  for (const name of names) {
    const mark = computed[name] === claimed[name] ? marks.passed : marks.failed;
    process.stdout.write(`${mark}  ${name}  computed ${String(computed[name])}, claimed ${String(claimed[name])}\n`);
  }
  return names.every((name) => computed[name] === claimed[name]);
}
