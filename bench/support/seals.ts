import { createHash } from 'node:crypto';
import type { Day } from '@tanhui/sdk/model';
import { sequenceId } from '../../platform/src/carbon/ids.ts';
import { buildBatch } from '../../platform/src/carbon/batch.ts';
import type { Json } from '../../platform/src/kernel/index.ts';
import { canonicalJson } from '../../platform/src/kernel/index.ts';
import type { LedgerClient } from '../../platform/src/ledger/index.ts';

const scope = { programme: 'bench', day: '2026-11-01' as Day };
/** Simulated: it says nothing about any trip. */
export const benchMethodology = { id: 'bench.ledger', version: '1', digest: 'a'.repeat(64) };
const statusMs = 120_000;

/** A batch as the contract takes it. */
export interface Seal {
  readonly header: string;
  readonly leaves: Uint8Array;
}

/** Batches of simulated leaves, each of its own records; the same numbers give the same bytes. */
export function buildSeals(count: number, options: { readonly first: number; readonly leaves: number }): Seal[] {
  return Array.from({ length: count }, (_, at) => {
    const first = options.first + at * options.leaves;
    const sources = Array.from({ length: options.leaves }, (_leaf, offset) => {
      const digest = createHash('sha512')
        .update(String(first + offset))
        .digest();
      return {
        ...({ kind: 'record', mode: 'metro', methodology: benchMethodology, district: '370202' } as const),
        milligrams: String(500_000 + digest.readUInt16BE(0)),
        nullifier: digest.toString('hex', 0, 16),
        commitment: digest.toString('base64', 16, 48),
      };
    });
    const batch = sequenceId('bat', scope, first);
    const { header, leaves } = buildBatch(sources, { ...scope, batch, retrospective: false });
    return { header: canonicalJson(header as unknown as Json), leaves };
  });
}

/** Puts the methodology that every seal names on the ledger. */
export async function registerBenchMethodology(ledger: LedgerClient): Promise<void> {
  const args = [canonicalJson({ v: 1, ...benchMethodology, validFrom: '2020-01-01' })];
  const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args, as: 'registrar' });
  await ledger.submit(endorsed.envelope);
  await ledger.status(endorsed.transactionId, { timeoutMs: statusMs });
}

/** Where the time of one seal goes, in milliseconds. */
export interface SealTimes {
  readonly endorse: number;
  readonly submit: number;
  readonly commit: number;
}

/** Brings one batch to the ledger, until it is in a block as valid. */
export async function seal(
  ledger: LedgerClient,
  { header, leaves }: Seal,
): Promise<SealTimes & { readonly transactionId: string }> {
  const startedAt = performance.now();
  const call = { function: 'SealBatch', args: [header], transient: { leaves }, as: 'recorder' } as const;
  const { envelope, transactionId } = await ledger.endorse(call);
  const endorsedAt = performance.now();
  await ledger.submit(envelope);
  const submittedAt = performance.now();
  const { code } = await ledger.status(transactionId, { timeoutMs: statusMs });
  if (code !== 0) throw new Error(`a seal was committed with code ${String(code)}`);
  const endedAt = performance.now();
  return {
    transactionId,
    endorse: endorsedAt - startedAt,
    submit: submittedAt - endorsedAt,
    commit: endedAt - submittedAt,
  };
}

/** Seals all of them, so many at a time; gives the seconds that it took. */
export async function sealAll(ledger: LedgerClient, seals: readonly Seal[], inFlight: number): Promise<number> {
  const waiting = seals.values();
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    for (const one of waiting) await seal(ledger, one);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (performance.now() - startedAt) / 1_000;
}
