import { expect } from 'vitest';
import { proposalTimeOf } from './envelope.ts';
import type { Behaviour } from './behaviour.ts';
import { organisations } from './harness.ts';

/** What a caller is told, and who he is to the contract. */
export const callBehaviours: readonly Behaviour[] = [
  {
    number: 15,
    title: 'the text of a contract’s refusal reaches the client, evaluating and endorsing, with its code apart',
    async check(probe) {
      const steps = [{ do: 'fail', message: 'PROBE_REFUSED: because it was told to' }] as const;
      const refusal = { kind: 'contract-refused', contractCode: 'PROBE_REFUSED' };
      await expect(probe.evaluate(steps)).rejects.toMatchObject(refusal);
      await expect(probe.evaluate(steps)).rejects.toThrow('because it was told to');
      await expect(probe.endorse(steps)).rejects.toMatchObject(refusal);
      await expect(probe.endorse(steps)).rejects.toThrow('because it was told to');
    },
  },
  {
    number: 16,
    title: 'a function that the contract has not is named in the refusal',
    async check(probe) {
      const call = probe.call({ function: 'NoSuchFunction', args: [] });
      await expect(call).rejects.toMatchObject({ kind: 'contract-refused' });
      await expect(call).rejects.toThrow('NoSuchFunction');
    },
  },
  {
    number: 17,
    title: 'a wrong number of arguments says how many are expected',
    async check(probe) {
      const call = probe.call({ function: 'Join', args: ['one'] });
      await expect(call).rejects.toMatchObject({ kind: 'contract-refused' });
      await expect(call).rejects.toThrow('Expected 2 parameters');
      expect(Buffer.from(await probe.call({ function: 'Join', args: ['a', 'b'] })).toString()).toBe('a+b');
    },
  },
  {
    number: 18,
    title: 'evaluating never commits',
    async check(probe) {
      const key = probe.key('evaluated');
      const height = await probe.ledger().height();
      await probe.evaluate([
        { do: 'put', key, value: 'x' },
        { do: 'event', name: probe.key('evaluated'), payload: 'x' },
      ]);
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual([null]);
      expect(await probe.ledger().height()).toBe(height);
    },
  },
  {
    number: 27,
    title:
      'an attribute of the certificate reaches the contract with the organisation; one that is not there is absent',
    async check(probe) {
      const steps = [
        { do: 'who' },
        { do: 'attribute', name: 'tanhui.role' },
        { do: 'attribute', name: 'tanhui.none' },
      ] as const;
      expect(await probe.evaluate(steps, { as: 'recorder' })).toEqual([organisations.platform, 'recorder', null]);
      expect(await probe.evaluate(steps, { as: 'auditor' })).toEqual([organisations.city, 'auditor', null]);
    },
  },
  {
    number: 28,
    title: 'the time that a transaction sees is its proposal’s',
    async check(probe) {
      const before = Date.now();
      const endorsed = await probe.endorse([{ do: 'time' }, { do: 'put', key: probe.key('time'), value: 'x' }]);
      const { answers } = await probe.submit(endorsed);
      const proposed = proposalTimeOf(endorsed.envelope);
      expect(answers[0]).toEqual(proposed);
      expect(Math.abs(proposed.seconds * 1_000 + proposed.nanos / 1_000_000 - before)).toBeLessThan(60_000);
    },
  },
];
