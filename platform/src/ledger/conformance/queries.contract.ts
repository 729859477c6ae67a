import { expect } from 'vitest';
import { validationCodes } from '../port.ts';
import type { Behaviour } from './behaviour.ts';
import type { Probe, Step } from './probe.ts';

const { valid, phantomReadConflict } = validationCodes;

/** Writes keys `<prefix>.00`, `<prefix>.01` … and gives the range that holds them. */
async function fill(
  probe: Probe,
  prefix: string,
  count: number,
): Promise<{ readonly from: string; readonly to: string }> {
  const from = probe.key(`${prefix}.`);
  await probe.commit(
    Array.from({ length: count }, (_, at): Step => {
      const name = String(at).padStart(2, '0');
      return { do: 'put', key: `${from}${name}`, value: name };
    }),
  );
  return { from, to: `${from}~` };
}

interface PageAnswer {
  readonly items: readonly { readonly key: string; readonly value: string }[];
  readonly bookmark: string;
  readonly fetched: number;
}

/** Ranges, pages, composite keys and histories. */
export const queryBehaviours: readonly Behaviour[] = [
  {
    number: 6,
    title: 'a range that was read to its end conflicts with a key that came into it or left it (12)',
    async check(probe) {
      const range = await fill(probe, 'phantom', 3);
      const summing = (name: string) =>
        probe.endorse([
          { do: 'scan', ...range },
          { do: 'put', key: probe.key(name), value: 'sum' },
        ]);
      const beforeInsert = await summing('phantom-sum');
      await probe.commit([{ do: 'put', key: `${range.from}01a`, value: 'new' }]);
      expect((await probe.submit(beforeInsert)).code).toBe(phantomReadConflict);
      const beforeDelete = await summing('phantom-sum');
      await probe.commit([{ do: 'delete', key: `${range.from}00` }]);
      expect((await probe.submit(beforeDelete)).code).toBe(phantomReadConflict);
      expect((await probe.submit(await summing('phantom-sum'))).code).toBe(valid);
    },
  },
  {
    number: 8,
    title: 'a page may only be read by who writes nothing, whichever comes first',
    async check(probe) {
      const { from, to } = await fill(probe, 'page-write', 2);
      const page: Step = { do: 'page', from, to, size: 1, bookmark: '' };
      const write: Step = { do: 'put', key: probe.key('page-write'), value: 'x' };
      await expect(probe.endorse([page, write])).rejects.toThrow('Writes are not allowed');
      await expect(probe.endorse([write, page])).rejects.toThrow('only in a read-only transaction');
    },
  },
  {
    number: 9,
    title: 'a bookmark goes on where its page ended; the last page has none, and each counts what it holds',
    async check(probe) {
      const { from, to } = await fill(probe, 'pages', 7);
      const found: string[] = [];
      const counts: number[] = [];
      for (let bookmark = ''; ;) {
        const [answer] = await probe.evaluate([{ do: 'page', from, to, size: 3, bookmark }]);
        const page = answer as unknown as PageAnswer;
        found.push(...page.items.map(({ value }) => value));
        counts.push(page.fetched);
        bookmark = page.bookmark;
        if (bookmark === '') break;
        expect(bookmark).toBe(`${from}${String(found.length).padStart(2, '0')}`);
      }
      expect(found).toEqual(['00', '01', '02', '03', '04', '05', '06']);
      expect(counts).toEqual([3, 3, 1]);
    },
  },
  {
    number: 10,
    title:
      'composite keys come in the order of their bytes and by whole leading attributes, and no simple range holds them',
    async check(probe) {
      const type = probe.key('composite');
      const attributes = [
        ['a', '2'],
        ['a', '10'],
        ['ab', '1'],
        ['b', '1'],
      ];
      await probe.commit(
        attributes.map((parts): Step => ({ do: 'put', key: { type, attributes: parts }, value: parts.join('/') })),
      );
      const [all, ofA] = await probe.evaluate([
        { do: 'partial', type, attributes: [] },
        { do: 'partial', type, attributes: ['a'] },
      ]);
      expect(all).toEqual(['a/10', 'a/2', 'ab/1', 'b/1'].map((value) => ({ attributes: value.split('/'), value })));
      expect(ofA).toEqual(['a/10', 'a/2'].map((value) => ({ attributes: value.split('/'), value })));
      const [simple] = await probe.evaluate([{ do: 'scan', from: type, to: `${type}~` }]);
      expect(simple).toEqual([]);
    },
  },
  {
    number: 11,
    title: 'a history is newest first, holds deletions, and names its transactions',
    async check(probe) {
      const key = probe.key('history');
      const first = await probe.commit([{ do: 'put', key, value: 'one' }]);
      const second = await probe.commit([{ do: 'delete', key }]);
      const third = await probe.commit([{ do: 'put', key, value: 'two' }]);
      const [history] = await probe.evaluate([{ do: 'history', key }]);
      expect(history).toEqual([
        { transactionId: third.transactionId, value: 'two', isDelete: false },
        { transactionId: second.transactionId, value: null, isDelete: true },
        { transactionId: first.transactionId, value: 'one', isDelete: false },
      ]);
    },
  },
];
