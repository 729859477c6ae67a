import { expect } from 'vitest';
import { readBlock } from '../blocks.ts';
import { validationCodes } from '../port.ts';
import type { Behaviour } from './behaviour.ts';
import type { Probe } from './probe.ts';

/** Follows the whole chain by hashes that are computed here, and gives the last. */
async function verifiedHead(probe: Probe): Promise<{ readonly height: number; readonly head: string }> {
  const height = await probe.ledger().height();
  let head = '';
  for (let number = 0; number < height; number += 1) {
    const block = await probe.ledger().block(number);
    expect(block?.number).toBe(number);
    const read = readBlock(block?.bytes ?? new Uint8Array());
    expect({ number: read.number, previous: read.previousHash }).toEqual({ number, previous: head });
    head = read.headerHash;
  }
  return { height, head };
}

/** The chain as a whole, and after a stop. */
export const chainBehaviours: readonly Behaviour[] = [
  {
    number: 29,
    title: 'the blocks form a chain that plain SHA-256 over ASN.1 confirms, and hold what was committed with its code',
    async check(probe) {
      const commit = await probe.commit([{ do: 'put', key: probe.key('chained'), value: 'x' }]);
      await verifiedHead(probe);
      const block = await probe.ledger().block(commit.blockNumber);
      const { transactions } = readBlock(block?.bytes ?? new Uint8Array());
      expect(transactions.find(({ id }) => id === commit.transactionId)).toMatchObject({
        code: validationCodes.valid,
        function: 'probe:Run',
      });
      expect(await probe.ledger().block((await probe.ledger().height()) + 10)).toBeUndefined();
    },
  },
  {
    number: 30,
    title:
      'a restart changes neither height, state, history nor events, and what was endorsed before it can be sent after it',
    needs: 'restart',
    async check(probe) {
      const key = probe.key('restarted');
      const first = await probe.commit([
        { do: 'event', name: key, payload: 'before-restart' },
        { do: 'put', key, value: 'one' },
      ]);
      await probe.commit([{ do: 'put', key, value: 'two' }]);
      const endorsed = await probe.endorse([{ do: 'put', key: probe.key('across'), value: 'across' }]);
      const read = [
        { do: 'get', key },
        { do: 'history', key },
      ] as const;
      const before = { chain: await verifiedHead(probe), answers: await probe.evaluate(read) };
      await probe.restart();
      expect({ chain: await verifiedHead(probe), answers: await probe.evaluate(read) }).toEqual(before);
      const events = await probe.eventsUntil({ blockNumber: first.blockNumber }, 'before-restart');
      expect(events.at(-1)).toMatchObject({ transactionId: first.transactionId, blockNumber: first.blockNumber });
      expect((await probe.submit(endorsed)).code).toBe(validationCodes.valid);
      expect((await probe.ledger().status(first.transactionId, { timeoutMs: 1_000 })).blockNumber).toBe(
        first.blockNumber,
      );
    },
  },
];
