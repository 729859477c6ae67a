import { expect } from 'vitest';
import { validationCodes } from '../port.ts';
import type { Behaviour } from './behaviour.ts';
import { anewBy, signedBy, transactionIdOf } from './envelope.ts';
import { organisations } from './harness.ts';
import { commitTimeoutMs } from './probe.ts';

const { valid, endorsementPolicyFailure } = validationCodes;
const shortMs = 300;

/** Envelopes between endorsement and block: sent twice, lost, disputed, or endorsed by too few. */
export const endorsementBehaviours: readonly Behaviour[] = [
  {
    number: 19,
    title: 'the same envelope sent twice commits once, and its status stays valid',
    async check(probe) {
      const key = probe.key('twice');
      const endorsed = await probe.endorse([{ do: 'put', key, value: 'x' }]);
      const first = await probe.submit(endorsed);
      const second = await probe.submit(endorsed);
      expect(first.code).toBe(valid);
      expect(second).toMatchObject({ code: valid, blockNumber: first.blockNumber });
      await probe.commit([{ do: 'put', key: probe.key('twice-after'), value: 'x' }]);
      const [history] = await probe.evaluate([{ do: 'history', key }]);
      expect(history).toEqual([{ transactionId: endorsed.transactionId, value: 'x', isDelete: false }]);
      expect((await probe.ledger().transaction(endorsed.transactionId))?.block).toBe(first.blockNumber);
    },
  },
  {
    number: 20,
    title: 'a status can be had from nothing but the stored bytes of the envelope',
    async check(probe) {
      const endorsed = await probe.endorse([{ do: 'put', key: probe.key('stored'), value: 'x' }]);
      const stored = Buffer.from(endorsed.envelope).toString('base64');
      const committed = await probe.submit(endorsed);
      const id = transactionIdOf(Buffer.from(stored, 'base64'));
      expect(id).toBe(endorsed.transactionId);
      expect(await probe.ledger().status(id, { timeoutMs: shortMs })).toEqual({
        transactionId: id,
        blockNumber: committed.blockNumber,
        code: valid,
      });
    },
  },
  {
    number: 21,
    title: 'an outcome that was lost is unknown, and sending the same envelope again settles it',
    async check(probe) {
      const key = probe.key('lost');
      const endorsed = await probe.endorse([{ do: 'put', key, value: 'x' }]);
      const unknown = { kind: 'outcome-unknown' };
      const { transactionId } = endorsed;
      await expect(probe.ledger().status(transactionId, { timeoutMs: shortMs })).rejects.toMatchObject(unknown);
      expect(await probe.ledger().transaction(transactionId)).toBeUndefined();
      expect((await probe.submit(endorsed)).code).toBe(valid);
      expect((await probe.submit(endorsed)).code).toBe(valid);
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual(['x']);
    },
  },
  {
    number: 22,
    title: 'organisations whose executions differ cannot endorse together',
    needs: 'executes-per-organisation',
    async check(probe) {
      await expect(probe.endorse([{ do: 'disagree' }])).rejects.toMatchObject({ kind: 'endorse-failed' });
      await expect(probe.endorse([{ do: 'disagree' }])).rejects.toThrow('do not match');
    },
  },
  {
    number: 23,
    title: 'a transaction that too few organisations endorsed is in its block with code 10 and changes nothing',
    async check(probe) {
      const key = probe.key('alone');
      for (const endorser of Object.values(organisations)) {
        const alone = await probe.commit([{ do: 'put', key, value: 'x' }], { endorsers: [endorser] });
        expect(alone.code).toBe(endorsementPolicyFailure);
        expect(await probe.ledger().transaction(alone.transactionId)).toBeUndefined();
      }
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual([null]);
    },
  },
  {
    number: 24,
    title: 'a key with a policy of its own is written by whom that asks for, and by no one else',
    async check(probe) {
      const key = probe.key('governed');
      const governed = await probe.commit([
        { do: 'put', key, value: 'first' },
        { do: 'require', key, organisations: [organisations.city] },
      ]);
      expect(governed.code).toBe(valid);
      expect(await probe.evaluate([{ do: 'policy', key }])).toEqual([[organisations.city]]);
      const write = (value: string, endorsers: readonly string[]) =>
        probe.commit([{ do: 'put', key, value }], { endorsers });
      expect((await write('platform', [organisations.platform])).code).toBe(endorsementPolicyFailure);
      expect((await write('city', [organisations.city])).code).toBe(valid);
      expect(
        await probe.evaluate([
          { do: 'get', key },
          { do: 'policy', key },
        ]),
      ).toEqual(['city', [organisations.city]]);
      const besides = [
        { do: 'put', key, value: 'besides' },
        { do: 'put', key: probe.key('ungoverned'), value: 'besides' },
      ] as const;
      const mixed = await probe.commit(besides, { endorsers: [organisations.city] });
      expect(mixed.code, 'a key without a policy still needs everybody').toBe(endorsementPolicyFailure);
    },
  },
  {
    number: 31,
    title: 'ordering takes an envelope of a client, and none of a peer, whatever the peer’s organisation',
    async check(probe) {
      const { peer, client } = await probe.identities();
      const endorsed = await probe.endorse([{ do: 'put', key: probe.key('written-by'), value: 'x' }]);
      const submit = (who: typeof peer) => probe.ledger().submit(signedBy(endorsed.envelope, who));
      await expect(submit(peer)).rejects.toMatchObject({ kind: 'order-failed' });
      // The same from a client is ordered, though it is void: the id is that of another creator.
      await submit(client);
      const commit = await probe.ledger().status(endorsed.transactionId, { timeoutMs: commitTimeoutMs });
      expect(commit.code).toBe(validationCodes.badProposalTransactionId);
      expect(await probe.evaluate([{ do: 'get', key: probe.key('written-by') }])).toEqual([null]);
    },
  },
  {
    number: 32,
    title:
      'what was endorsed counts for what was proposed and for nothing else: in another envelope it has code 5 and changes nothing',
    async check(probe) {
      const { client } = await probe.identities();
      const key = probe.key('played-again');
      const endorsed = await probe.endorse([{ do: 'put', key, value: 'first' }]);
      expect((await probe.submit(endorsed)).code).toBe(valid);
      await probe.commit([{ do: 'put', key, value: 'second' }]);
      const envelope = anewBy(endorsed.envelope, client);
      const id = transactionIdOf(envelope);
      await probe.ledger().submit(envelope);
      const commit = await probe.ledger().status(id, { timeoutMs: commitTimeoutMs });
      expect(commit.code).toBe(validationCodes.invalidEndorserTransaction);
      expect(await probe.ledger().transaction(id)).toBeUndefined();
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual(['second']);
    },
  },
];
