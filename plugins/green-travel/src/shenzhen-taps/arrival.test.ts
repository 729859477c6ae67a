import type { OpenJourney, TransformOutput } from '@tanhui/sdk/plugin';
import type { RecordFields } from '@tanhui/sdk/testing';
import { runSource } from '@tanhui/sdk/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shenzhenTaps } from './taps.ts';

const midnight = Date.parse('2018-09-01T00:00:00+08:00');

function tap(kind: string) {
  return (time: string, station: string, card = 'A'): RecordFields => ({
    ...{ card_no: card, deal_date: `2018-09-01 ${time}`, deal_type: kind, deal_value: '400' },
    ...{ equ_no: '1', station, car_no: 'g' },
  });
}

const entry = tap('地铁入站');
const exit = tap('地铁出站');

type Place = number;

/** Calls in the order of arrival, as over HTTP, and a settlement at the end; records are named by their place in what arrived. */
function arrive(batches: readonly (readonly RecordFields[])[]) {
  const waiting = new Map<string, { readonly places: readonly Place[]; readonly journey: OpenJourney }>();
  const made: { readonly call: number; readonly what: string; readonly places: readonly Place[] }[] = [];
  const take = (call: number, output: TransformOutput, placeOf: (ref: number) => Place) => {
    for (const { evidence, records, fromPlace } of output.activities)
      made.push({ call, what: `${evidence} ${fromPlace ?? ''}`.trim(), places: records.map(placeOf) });
    for (const { code, records } of output.refusals) made.push({ call, what: code, places: records.map(placeOf) });
    for (const [card, journey] of Object.entries(output.open))
      waiting.set(card, { journey, places: journey.records.map(({ ref }) => placeOf(ref)) });
  };
  const handOut = (cards: Iterable<string>) => {
    const open: Record<string, OpenJourney> = {};
    const places: Place[] = [];
    for (const card of new Set(cards)) {
      const kept = waiting.get(card);
      if (kept === undefined) continue;
      open[card] = { ...kept.journey, records: kept.places.map((place) => ({ ref: -places.push(place) })) };
    }
    return { open, places };
  };
  let before = 0;
  for (const [call, batch] of batches.entries()) {
    const { open, places } = handOut(batch.map((fields) => fields['card_no'] ?? ''));
    const records = batch
      .map((fields, at) => ({ ref: at, fields }))
      .sort(
        (first, second) => Number(shenzhenTaps.eventTimeOf(first, {})) - Number(shenzhenTaps.eventTimeOf(second, {})),
      );
    const first = before;
    take(call, shenzhenTaps.transform({ records, open, settings: {} }), (ref) =>
      ref < 0 ? (places[-1 - ref] ?? NaN) : first + ref,
    );
    before += batch.length;
  }
  const { open, places } = handOut(waiting.keys());
  take(batches.length, shenzhenTaps.settle({ open, settings: {} }), (ref) => places[-1 - ref] ?? NaN);
  return { made, waiting: [...waiting.values()].flatMap((one) => one.places) };
}

/** One call for each tap; what became of them in the end. */
function oneByOne(...taps: readonly RecordFields[]) {
  const { made, waiting } = arrive(taps.map((one) => [one]));
  return { made: made.map(({ what, places }) => [what, ...places]), waiting };
}

describe('taps that arrive out of order', () => {
  it('meets an entry that comes after its exit', () => {
    expect(oneByOne(exit('08:30:00', '深大'), entry('08:00:00', '罗湖')).made).toEqual([['measured 罗湖', 1, 0]]);
  });

  it('never pairs an exit with an entry that is later than it', () => {
    expect(oneByOne(entry('08:30:00', '罗湖'), exit('08:00:00', '深大'))).toEqual({
      made: [['inferred', 1]],
      waiting: [0],
    });
  });

  it('treats an entry that comes after a later one as the one that was replaced', () => {
    const taps = [entry('08:10:00', '国贸'), entry('08:00:00', '罗湖'), exit('08:30:00', '深大')];
    expect(oneByOne(...taps)).toEqual({ made: [['measured 国贸', 0, 2]], waiting: [1] });
  });

  it('gives a late exit the entry that it followed, though the next entry came before it', () => {
    const taps = [entry('11:13:42', '罗湖'), entry('11:20:30', '罗湖'), exit('11:17:46', '罗湖')];
    expect(oneByOne(...taps)).toEqual({ made: [['TAPS_SAME_STATION', 0, 2]], waiting: [1] });
  });

  it('takes an entry and an exit of the same second as a pair, whichever came first', () => {
    const taps = [entry('08:00:00', '罗湖'), exit('08:00:00', '深大')];
    expect(oneByOne(...taps).made).toEqual([['measured 罗湖', 0, 1]]);
    expect(oneByOne(...taps.toReversed()).made).toEqual([['measured 罗湖', 1, 0]]);
  });

  it('pairs as soon as the card is tapped a lateness window later, and lets no later exit have what was replaced', () => {
    const taps = [
      entry('07:00:00', '深大'),
      entry('08:00:00', '罗湖'),
      exit('08:30:00', '深大'),
      { ...entry('08:30:01', '国贸'), deal_date: '2018-09-02 08:30:01' },
      exit('09:00:00', '国贸'),
    ];
    const { made, waiting } = arrive(taps.map((one) => [one]));
    expect(made).toEqual([
      { call: 3, what: 'measured 罗湖', places: [1, 2] },
      { call: 5, what: 'inferred', places: [4] },
    ]);
    expect(waiting).toEqual([0, 3]);
  });

  it('goes on with the taps of an earlier version, and pairs no entry that it had replaced', () => {
    const at = midnight + 8 * 3_600_000;
    const tapOf = (k: string, t: number, s: string) => ({ k, t, s, f: 400, e: '1' });
    const kept: OpenJourney = {
      records: [{ ref: -1 }, { ref: -2 }],
      state: [tapOf('stale', at, '罗湖'), tapOf('out', at + 1_800_000, '深大')],
      updatedAt: at + 1_800_000,
    };
    const { activities, refusals, open } = shenzhenTaps.settle({ open: { A: kept }, settings: {} });
    expect(activities.map(({ evidence, records }) => [evidence, records])).toEqual([['inferred', [-2]]]);
    expect(refusals).toEqual([]);
    expect(open['A']?.records).toEqual([{ ref: -1 }]);
  });

  it('makes the trips, refusals and open entries of the sorted whole, in any order of arrival and any batches', () => {
    const moment = fc.record({
      minute: fc.oneof(fc.nat(1_400), fc.nat(20)),
      kind: fc.constantFrom('地铁入站', '地铁入站', '地铁出站', '地铁出站', '巴士'),
      station: fc.constantFrom('罗湖', '深大', '国贸', ''),
      card: fc.constantFrom('A', 'B', 'C'),
    });
    const taps = fc
      .uniqueArray(moment, {
        maxLength: 40,
        selector: ({ minute, kind, card }) => `${String(minute)} ${card} ${kind}`,
      })
      .map((moments) =>
        moments.map(({ minute, kind, station, card }) => tap(kind)(clockOf(minute * 60_000 + midnight), station, card)),
      );
    fc.assert(
      fc.property(
        taps.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
            fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }),
          ),
        ),
        ([all, order, sizes]) => {
          const whole = runSource(shenzhenTaps, all);
          const sorted = [
            ...whole.activities.map(({ evidence, fromPlace, records }) => [
              `${evidence} ${fromPlace ?? ''}`.trim(),
              ...records,
            ]),
            ...whole.refusals.map(({ code, records }) => [code, ...records]),
          ];
          const arrived = arrive(
            batchesOf(
              order.map((at) => all[at] ?? {}),
              sizes,
            ),
          );
          const named = arrived.made.map(({ what, places }) => [what, ...places.map((place) => order[place])]);
          expect(named.map(String).sort()).toEqual(sorted.map(String).sort());
          expect(arrived.waiting.map((place) => order[place]).sort()).toEqual(whole.waiting.toSorted());
        },
      ),
    );
  });
});

function clockOf(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(11, 19);
}

function batchesOf(taps: readonly RecordFields[], sizes: readonly number[]): RecordFields[][] {
  const batches: RecordFields[][] = [];
  for (let at = 0, turn = 0; at < taps.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    batches.push(taps.slice(at, at + size));
    at += size;
  }
  return batches;
}
