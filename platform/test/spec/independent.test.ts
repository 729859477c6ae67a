import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyAnyReceipt } from '@tanhui/sdk/verify';
import { afterAll, describe, expect, it } from 'vitest';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };

const spec = fileURLToPath(new URL('../../../docs/spec/', import.meta.url));
const script = join(spec, 'verify.py');
const folder = mkdtempSync(join(tmpdir(), 'tanhui-independent-'));
const python = spawnSync('python3', ['--version'], { encoding: 'utf8' });
const isMissing = python.status !== 0;
if (isMissing) process.stdout.write('python3 not found; what the independent verifier proves is skipped\n');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
}

interface Answer {
  readonly isValid: boolean;
  readonly reason?: string;
}

function ask(...args: readonly string[]): Answer {
  const { stdout, stderr, status } = spawnSync('python3', ['-B', script, ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const answer = JSON.parse(stdout) as Answer;
  expect(status).toBe(answer.isValid ? 0 : 1);
  return answer;
}

function askReceipt(receipt: unknown, organisations: unknown): Answer {
  return ask('receipt', file('receipt.json', receipt), file('roots.json', { organisations }));
}

/** The same bytes as other readers of base64 take them: with something between, without padding, for addresses, and with unused bits that are set. */
function otherForms(text: string): string[] {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const [bare = '', padding = ''] = text.split(/(=*)$/);
  const last = letters[letters.indexOf(bare.at(-1) ?? '') + 1] ?? '';
  const between = [`${text.slice(0, 8)}\n${text.slice(8)}`, `${text} `];
  return padding === '' ? between : [...between, bare, `${bare.slice(0, -1)}${last}${padding}`];
}

/** Written in another language from the specification alone: what it accepts does not rest on any code of ours. */
describe.skipIf(isMissing)('a verifier that shares nothing with us', () => {
  it('recomputes every vector', () => {
    expect(ask('vectors', join(spec, 'vectors-v1.json'))).toEqual({ isValid: true });
  });

  it('finds one wrong hash in any part of the vectors', () => {
    const wrong = '0'.repeat(64);
    const [record] = vectors.records;
    for (const changed of [
      { ...vectors, records: [{ ...record, commitment: wrong }] },
      { ...vectors, tree: { ...vectors.tree, roots: vectors.tree.roots.with(7, wrong) } },
      { ...vectors, methodologies: [{ ...vectors.methodologies[0], digest: wrong }] },
      { ...vectors, blockHeaders: [{ ...vectors.blockHeaders[0], headerHash: wrong }] },
    ])
      expect(ask('vectors', file('vectors.json', changed)).isValid).toBe(false);
  });

  it.each(vectors.receipts)('accepts $title, and no other', ({ receipt, organisations }) => {
    expect(askReceipt(receipt, organisations)).toEqual({ isValid: true });
    const body = receipt.settlement ?? receipt.record;
    const name = receipt.settlement === undefined ? 'record' : 'settlement';
    const later = { ...receipt, [name]: { ...body, day: '2026-03-03' } };
    expect(askReceipt(later, organisations).reason).toBe('programme or day differ');
    const moved = { ...receipt, index: receipt.index === 0 ? 1 : 0 };
    expect(askReceipt(moved, organisations).reason).toBe('the path does not lead to the root');
    const exchanged = organisations.map(({ mspId }, at) => ({ ...organisations[1 - at], mspId }));
    expect(askReceipt(receipt, exchanged).reason).toBe('not signed by PlatformMSP, CityMSP');
    const { transaction } = receipt;
    const alone = { ...receipt, transaction: { ...transaction, endorsements: transaction.endorsements.slice(0, 1) } };
    expect(askReceipt(alone, organisations).reason).toMatch(/^not signed by \w+MSP$/);
  });

  it.each(vectors.receipts)('reads an amount and a day in one form only, as ours does: $title', async (vector) => {
    const { receipt, organisations } = vector;
    const name = receipt.settlement === undefined ? 'record' : 'settlement';
    const body = receipt.settlement ?? receipt.record;
    const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
    const reasonOf = async (changed: object) => {
      const { steps } = await verifyAnyReceipt(changed, { roots });
      expect(steps[0]?.code).toBe('UNREADABLE');
      return askReceipt(changed, organisations).reason;
    };
    const amount = name === 'record' ? 'reductionMilligrams' : 'burnedMilligrams';
    for (const form of ['', '01', ' 1', '1_0', '٣', '0x1'])
      expect(await reasonOf({ ...receipt, [name]: { ...body, [amount]: form } })).toBe('an amount in another form');
    for (const day of ['20260302', '2026-W10-1', '2026-02-31']) {
      const changed = { ...receipt, header: { ...receipt.header, day }, [name]: { ...body, day } };
      expect(await reasonOf(changed)).toMatch(day === '2026-02-31' ? /day/ : /^a day in another form$/);
    }
  });

  it.each(vectors.receipts)(
    'reads bytes in one form only, as ours does: $title',
    async ({ receipt, organisations }) => {
      const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
      const { transaction } = receipt;
      const [first, ...others] = transaction.endorsements;
      const of = (changed: object) => ({ ...receipt, transaction: { ...transaction, ...changed } });
      const endorser = (text: string) => of({ endorsements: [{ ...first, endorser: text }, ...others] });
      const signature = (text: string) => of({ endorsements: [{ ...first, signature: text }, ...others] });
      const { salt, path, index } = receipt;
      const forms: readonly object[] = [
        ...[` ${salt}`, salt.toUpperCase(), `${salt.slice(0, 2)} ${salt.slice(2)}`].map((text) => ({
          ...receipt,
          salt: text,
        })),
        ...otherForms(transaction.payload).map((payload) => of({ payload })),
        ...otherForms(first?.endorser ?? '').map(endorser),
        ...otherForms(first?.signature ?? '').map(signature),
        ...[String(index), index === 1 ? true : index === 0 ? false : null].map((other) => ({
          ...receipt,
          index: other,
        })),
        ...[null, {}, Object.fromEntries(path.entries())].map((other) => ({ ...receipt, path: other })),
        of({ proposal: null }),
        of({ endorsements: Array.from({ length: 17 }, () => first) }),
      ];
      for (const changed of forms) {
        const { steps, isValid } = await verifyAnyReceipt(changed, { roots });
        expect([isValid, steps.map(({ code }) => code).includes('UNREADABLE')]).toEqual([false, true]);
        expect(askReceipt(changed, organisations).isValid).toBe(false);
      }
    },
  );

  it('recomputes a batch from the file of its leaves, and finds a changed byte', () => {
    const [batch] = vectors.batches;
    const leaves = Buffer.from(batch?.leaves.join('') ?? '', 'hex');
    const header = file('batch.json', JSON.parse(batch?.header ?? '') as unknown);
    expect(ask('leaves', file('leaves.bin', leaves), header)).toEqual({ isValid: true });
    leaves[15] = (leaves[15] ?? 0) ^ 1;
    expect(ask('leaves', file('leaves.bin', leaves), header).reason).toBe('the header is not what the leaves give');
  });
});
