import { createHash } from 'node:crypto';
import type { CarbonRecordBody, Day, Receipt } from '@tanhui/sdk/model';
import type { PinnedRoots } from '@tanhui/sdk/verify';
import { commitmentOf, nullifierOf, recordText, saltOf } from '../../platform/src/carbon/canonical-record.ts';
import { sequenceId } from '../../platform/src/carbon/ids.ts';
import { buildBatch } from '../../platform/src/carbon/batch.ts';
import { leafSize } from '../../platform/src/carbon/leaf.ts';
import { auditPath, leafHashes } from '../../platform/src/carbon/tree.ts';
import type { Json } from '../../platform/src/kernel/index.ts';
import { canonicalJson, required } from '../../platform/src/kernel/index.ts';
import type { LedgerClient } from '../../platform/src/ledger/index.ts';
import { benchMethodology, registerBenchMethodology, seal } from './seals.ts';

const scope = { programme: 'bench', day: '2026-11-01' as Day };
const leavesPerSeal = 5_000;

function bodyOf(at: number): CarbonRecordBody {
  const { id, version, digest } = benchMethodology;
  return {
    v: 1,
    programme: scope.programme,
    id: sequenceId('rec', scope, at + 1),
    kind: 'record',
    day: scope.day,
    mode: 'metro',
    district: '370202',
    evidence: 'measured',
    methodology: `${id}@${version}`,
    methodologyDigest: digest,
    quantities: { distanceMeters: String(1_000 + at) },
    reductionMilligrams: String(110_000 + 110 * at),
    activity: `act_bench-${String(at)}`,
  };
}

/** Seals one full batch of simulated records and gives receipts of the first of them. */
export async function sealReceipts(
  ledger: LedgerClient,
  count: number,
): Promise<{
  readonly receipts: readonly Receipt[];
  readonly pinned: PinnedRoots;
  readonly leaves: Buffer;
  readonly day: Day;
}> {
  const records = Array.from({ length: leavesPerSeal }, (_, at) => {
    const record = bodyOf(at);
    const secret = createHash('sha256').update(String(at)).digest();
    const [salt, nullifier] = [saltOf(secret, record.id), nullifierOf(secret, record.activity)];
    return { record, salt, nullifier, commitment: commitmentOf(salt, recordText(record)) };
  });
  const sources = records.map(({ record, nullifier, commitment }) => ({
    ...({ kind: 'record', mode: 'metro', methodology: benchMethodology, district: '370202' } as const),
    milligrams: record.reductionMilligrams,
    nullifier,
    commitment,
  }));
  const built = buildBatch(sources, { ...scope, batch: sequenceId('bat', scope, 1), retrospective: false });
  await registerBenchMethodology(ledger);
  const { header } = built;
  const id = await seal(ledger, { header: canonicalJson(header as unknown as Json), leaves: built.leaves });
  const transaction = required(await ledger.transaction(id.transactionId), 'transaction of the seal');
  const hashes = leafHashes(built.leaves, leafSize);
  const receipts = records.slice(0, count).map(({ record, salt, nullifier }, at): Receipt => {
    const index = built.order.indexOf(at);
    const path = auditPath(hashes, index).map((node) => node.toString('hex'));
    return {
      format: 'tanhui-receipt-v1',
      record,
      salt,
      nullifier,
      leafDistrict: '370202',
      index,
      path,
      header,
      transaction,
    };
  });
  const { organisations } = await ledger.describe();
  const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
  return { receipts, pinned: { roots }, leaves: built.leaves, day: scope.day };
}
