import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EndorsedTransaction } from '@tanhui/sdk/model';
import type { PinnedRoots } from '@tanhui/sdk/verify';
import { verifyReceipt } from '@tanhui/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import type { Json } from '../../src/kernel/index.ts';
import { canonicalJson } from '../../src/kernel/index.ts';
import { createEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.ts';
import type { ContractCall, LedgerClient } from '../../src/ledger/index.ts';
import { systemClock } from '../../src/runtime/index.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));
const script = fileURLToPath(new URL('../../../docs/spec/verify.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'tanhui-proposal-'));
let ledger: LedgerClient;
let transaction: EndorsedTransaction;
let organisations: Awaited<ReturnType<LedgerClient['describe']>>['organisations'];

async function commit(call: ContractCall): Promise<string> {
  const { envelope, transactionId } = await ledger.endorse(call);
  await ledger.submit(envelope);
  expect((await ledger.status(transactionId, { timeoutMs: 10_000 })).code).toBe(0);
  return transactionId;
}

beforeAll(async () => {
  ledger = await createEmbeddedLedger({ folder: join(folder, 'ledger'), contractsModule, clock: systemClock });
  for (const { file, digest } of vectors.methodologies) {
    const { id, version, validFrom } = file;
    const reference = { v: 1, id, version, digest, validFrom } satisfies Json;
    await commit({ function: 'RegisterMethodology', args: [canonicalJson(reference)], as: 'registrar' });
  }
  const [batch] = vectors.batches;
  const leaves = Buffer.from(batch?.leaves.join('') ?? '', 'hex');
  const sealing = {
    function: 'SealBatch',
    args: [batch?.header ?? ''],
    transient: { leaves },
    as: 'recorder',
  } as const;
  transaction = (await ledger.transaction(await commit(sealing))) as EndorsedTransaction;
  ({ organisations } = await ledger.describe());
});

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** The first failure's code, or `valid`: of the vectors' receipt, sealed anew, with something changed in its transaction. */
async function outcome(change: object, pinned: Partial<PinnedRoots> = {}): Promise<string> {
  const receipt = { ...vectors.receipts[0]?.receipt, transaction: { ...transaction, ...change } };
  const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
  const { steps } = await verifyReceipt(receipt, { roots, ...pinned });
  const found = steps.find(({ code }) => code !== undefined)?.code ?? 'valid';
  if (hasPython && Object.keys(pinned).length === 0) expect(askPython(receipt)).toBe(found === 'valid');
  return found;
}

function askPython(receipt: unknown): boolean {
  const [receiptFile, rootsFile] = [join(folder, 'receipt.json'), join(folder, 'roots.json')];
  writeFileSync(receiptFile, JSON.stringify(receipt));
  writeFileSync(rootsFile, JSON.stringify({ organisations }));
  const { stdout } = spawnSync('python3', ['-B', script, 'receipt', receiptFile, rootsFile], { encoding: 'utf8' });
  return (JSON.parse(stdout) as { readonly isValid: boolean }).isValid;
}

function flipped(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  return bytes.toString('base64');
}

describe('a receipt with what was proposed', () => {
  it('proves its channel, and is believed of the pinned one only', async () => {
    expect(await outcome({})).toBe('valid');
    expect(await outcome({}, { channel: 'carbon', chaincode: 'carbon' })).toBe('valid');
    expect(await outcome({}, { channel: 'carbon-test' })).toBe('TRANSACTION_DIFFERS');
    expect(await outcome({ channel: 'carbon-test' }, { channel: 'carbon-test' })).toBe('TRANSACTION_DIFFERS');
    expect(await outcome({ channel: 'carbon-test' })).toBe('TRANSACTION_DIFFERS');
  });

  it('proves nothing of its channel without it', async () => {
    expect(await outcome({ proposal: undefined })).toBe('valid');
    expect(await outcome({ proposal: undefined }, { channel: 'carbon' })).toBe('CHANNEL_NOT_PROVEN');
  });

  it.each(['channelHeader', 'signatureHeader', 'payload'] as const)('fails with another %s', async (name) => {
    const { proposal } = transaction;
    const changed = { ...proposal, [name]: flipped(proposal?.[name] ?? '') };
    expect(await outcome({ proposal: changed })).toBe('TRANSACTION_DIFFERS');
    expect(await outcome({ proposal: { ...proposal, [name]: undefined } })).toBe('UNREADABLE');
  });

  it('fails under another id', async () => {
    expect(await outcome({ id: transaction.id.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })).toBe(
      'TRANSACTION_DIFFERS',
    );
  });
});
