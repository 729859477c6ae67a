import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { validationCodes } from '../port.ts';
import type { Behaviour } from './behaviour.ts';
import { probeCollection as collection } from './harness.ts';
import type { Probe } from './probe.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether any block holds these bytes. */
async function isInSomeBlock(probe: Probe, from: number, text: string): Promise<boolean> {
  const height = await probe.ledger().height();
  for (let number = from; number < height; number += 1) {
    const block = await probe.ledger().block(number);
    if (Buffer.from(block?.bytes ?? []).includes(text)) return true;
  }
  return false;
}

/** What never stands in a block. */
export const privateBehaviours: readonly Behaviour[] = [
  {
    number: 25,
    title: 'transient data reaches the contract and stands in no block',
    async check(probe) {
      const secret = `secret-${probe.key('transient')}`;
      const { answers, blockNumber } = await probe.commit(
        [
          { do: 'transient', name: 'given' },
          { do: 'put', key: probe.key('transient'), value: 'public' },
        ],
        { transient: { given: secret } },
      );
      expect(answers[0]).toBe(sha256(secret));
      const block = await probe.ledger().block(blockNumber);
      const bytes = Buffer.from(block?.bytes ?? []);
      expect(bytes.includes(probe.key('transient'))).toBe(true);
      expect(bytes.includes(secret)).toBe(false);
    },
  },
  {
    number: 26,
    title: 'a private value is read by members, known to others by its hash, and gone with its hash when purged',
    async check(probe) {
      const key = probe.key('private');
      const secret = `private-${key}`;
      const from = await probe.ledger().height();
      const put = [{ do: 'private-put', collection, key, transient: 'value' }] as const;
      expect((await probe.commit(put, { transient: { value: secret } })).code).toBe(validationCodes.valid);
      const read = [
        { do: 'private-get', collection, key },
        { do: 'private-hash', collection, key },
      ] as const;
      expect(await probe.evaluate(read, { as: 'recorder' })).toEqual([secret, sha256(secret)]);
      expect(await probe.evaluate(read, { as: 'auditor' })).toEqual([secret, sha256(secret)]);
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual([null]);
      const race = await probe.endorse([
        { do: 'private-hash', collection, key },
        { do: 'put', key: probe.key('private-race'), value: 'x' },
      ]);
      expect((await probe.commit([{ do: 'private-purge', collection, key }])).code).toBe(validationCodes.valid);
      expect((await probe.submit(race)).code).toBe(validationCodes.mvccReadConflict);
      expect(await probe.evaluate(read)).toEqual([null, null]);
      expect(await isInSomeBlock(probe, from, secret)).toBe(false);
    },
  },
];
