import { expect } from 'vitest';
import { validationCodes } from '../port.ts';
import type { Behaviour } from './behaviour.ts';

const { valid, mvccReadConflict } = validationCodes;

/** What a transaction sees of the state, and what it leaves there. */
export const stateBehaviours: readonly Behaviour[] = [
  {
    number: 1,
    title: 'a read after a write of the same transaction gives what was committed before',
    async check(probe) {
      const key = probe.key('own-write');
      await probe.commit([{ do: 'put', key, value: 'before' }]);
      const { answers, code } = await probe.commit([
        { do: 'put', key, value: 'after' },
        { do: 'get', key },
      ]);
      expect({ answers, code }).toEqual({ answers: [null, 'before'], code: valid });
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual(['after']);
    },
  },
  {
    number: 2,
    title: 'an empty value is a deletion',
    async check(probe) {
      const key = probe.key('emptied');
      await probe.commit([{ do: 'put', key, value: 'something' }]);
      await probe.commit([{ do: 'put', key, value: '' }]);
      const [value, history] = await probe.evaluate([
        { do: 'get', key },
        { do: 'history', key },
      ]);
      expect(value).toBeNull();
      expect(history).toMatchObject([
        { value: null, isDelete: true },
        { value: 'something', isDelete: false },
      ]);
    },
  },
  {
    number: 3,
    title: 'the last write of a key wins within a transaction',
    async check(probe) {
      const key = probe.key('thrice');
      const written = await probe.commit([
        { do: 'put', key, value: 'first' },
        { do: 'delete', key },
        { do: 'put', key, value: 'last' },
      ]);
      expect(written.code).toBe(valid);
      const [value, history] = await probe.evaluate([
        { do: 'get', key },
        { do: 'history', key },
      ]);
      expect(value).toBe('last');
      expect(history).toEqual([{ transactionId: written.transactionId, value: 'last', isDelete: false }]);
    },
  },
  {
    number: 4,
    title: 'two writes that read nothing are both valid and the later one in order stays',
    async check(probe) {
      const key = probe.key('blind');
      const first = await probe.endorse([{ do: 'put', key, value: 'first' }]);
      const second = await probe.endorse([{ do: 'put', key, value: 'second' }]);
      expect((await probe.submit(second)).code).toBe(valid);
      expect((await probe.submit(first)).code).toBe(valid);
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual(['first']);
    },
  },
  {
    number: 5,
    title: 'of those that read and write one key at the same time one is valid, the others are conflicts (11)',
    async check(probe) {
      const key = probe.key('counter');
      await probe.commit([{ do: 'put', key, value: '0' }]);
      const endorsed = [];
      for (const value of ['1', '2', '3', '4', '5']) {
        endorsed.push(
          await probe.endorse([
            { do: 'get', key },
            { do: 'put', key, value },
          ]),
        );
      }
      const codes = (await Promise.all(endorsed.map((each) => probe.submit(each)))).map(({ code }) => code);
      expect(codes.sort((a, b) => a - b)).toEqual([valid, ...Array<number>(4).fill(mvccReadConflict)]);
    },
  },
  {
    number: 7,
    title: 'a key that was absent when it was read conflicts with its creation (11)',
    async check(probe) {
      const key = probe.key('absent');
      const create = (value: string) =>
        probe.endorse([
          { do: 'get', key },
          { do: 'put', key, value },
        ]);
      const [first, second] = [await create('first'), await create('second')];
      expect((await probe.submit(first)).code).toBe(valid);
      expect((await probe.submit(second)).code).toBe(mvccReadConflict);
      expect(await probe.evaluate([{ do: 'get', key }])).toEqual(['first']);
    },
  },
];
