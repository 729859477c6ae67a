import type { ActivityDraft } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../src/intake/index.ts';
import { ride, walk } from '../support/drafts.ts';
import { batches, days, importAll, openWorld } from '../support/imports.ts';
import type { Batch } from '../support/imports.ts';
import { programme } from '../support/ledger.ts';
import { everything, expectBooksToAgree, standing } from '../support/standing.ts';

/** Of each source one batch whose records follow one another in time: what a batch holds is taken in that order, whichever it came in. */
function inOrder(all: readonly Batch[]): Batch[] {
  return [...new Set(all.map(({ source }) => source))].map((source) => ({
    source,
    records: all
      .flatMap((one) => (one.source === source ? one.records : []))
      .toSorted((one, other) => timeOf(one) - timeOf(other)),
  }));
}

function timeOf({ draft, deal_date: tappedAt = '' }: Batch['records'][number]): number {
  return draft === undefined ? Date.parse(`${tappedAt.replace(' ', 'T')}+08:00`) : readDraft(draft).occurredAt;
}

function readDraft(text: string): ActivityDraft {
  return JSON.parse(text) as ActivityDraft;
}

/** The same records in the same order, in batches of the sizes given and then one by one. */
function cut(all: readonly Batch[], sizes: readonly number[]): Batch[] {
  const left = [...sizes];
  return all.flatMap(({ source, records }) => {
    const parts: Batch[] = [];
    for (let at = 0; at < records.length;) {
      const size = left.shift() ?? 1;
      parts.push({ source, records: records.slice(at, at + size) });
      at += size;
    }
    return parts;
  });
}

/** An order gives way to a walk, and comes again after it for another account, in one batch. */
function orderThatGaveWay(): [Batch[], number[]] {
  const order = (account: string, clock: string) =>
    ride(
      account,
      { day: days[0], clock, minutes: 20 },
      { mode: 'bike', evidence: 'provider', distanceMeters: 2_000, sourceKey: 'order', sourceKeyIsGlobal: true },
    );
  const all = [order('v', '07:00'), walk('v', { day: days[0], clock: '07:00' }, 800), order('u', '08:00')];
  return [[{ source: 'drafts-two', records: all.map((one) => ({ draft: JSON.stringify(one) })) }], []];
}

describe('an import', () => {
  it('comes to the same however it is cut into batches', async () => {
    const outcome = async (all: readonly Batch[]) => {
      const world = await openWorld();
      const { store } = world.deps;
      await importAll(world, 'a', all);
      await expectBooksToAgree(store, programme);
      // A run without records is only there where somebody sent it an empty batch.
      const counted = (await everything(store, runs)).filter(({ value }) => value.counts.records.read > 0);
      const counts = counted.map(({ key, value }) => [key, value.counts.records]);
      const found = { standing: await standing(store), counts };
      await store.close();
      return found;
    };
    await fc.assert(
      fc.asyncProperty(batches, fc.array(fc.integer({ min: 1, max: 6 })), async (given, sizes) => {
        const all = inOrder(given);
        expect(await outcome(cut(all, sizes))).toEqual(await outcome(all));
      }),
      { numRuns: 30, examples: [orderThatGaveWay()] },
    );
  });
});
