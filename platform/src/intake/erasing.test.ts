import { expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import type { LedgerFixture } from '../../test/support/ledger.ts';
import { ledgerFixture, programme } from '../../test/support/ledger.ts';
import { expectBooksToAgree } from '../../test/support/standing.ts';
import { carbonRecords } from '../carbon/index.ts';
import { consentText, unbindAccount } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import { decideAppeal, fileAppeal } from './appeals.ts';
import { bindAndCredit } from './binding.ts';
import { beginErasure, finishErasure } from './erasing.ts';

const when = { day: '2026-11-23', clock: '08:00' };

function bind({ deps }: LedgerFixture, citizen: string, name: string) {
  return bindAndCredit(deps, { citizen, source: 'drafts-one', name, consent: consentText.version, windowDays: 9 });
}

/** Two people, each with a bike account. */
async function twoPeople(): Promise<LedgerFixture> {
  const ledger = ledgerFixture();
  for (const [citizen, name] of [
    ['ctz_one', 'v'],
    ['ctz_two', 'w'],
  ] as const) {
    await ledger.addCitizen(citizen);
    await bind(ledger, citizen, name);
  }
  return ledger;
}

const bike = (account: string, change: Parameters<typeof ride>[2]) =>
  ride(account, when, { mode: 'bike', evidence: 'provider', distanceMeters: 2_000, ...change });

const beginToErase = ({ deps }: LedgerFixture, citizen: string) =>
  deps.store.unitOfWork((tx) => beginErasure(tx, deps, { citizen, programmes: [programme] }));

it('leaves another person’s records as they are, where an order of the one corrects an order of the other', async () => {
  const ledger = await twoPeople();
  const { deps } = ledger;
  const order = (account: string) => bike(account, { sourceKey: 'order', sourceKeyIsGlobal: true });
  await ledger.take([order('v')]);
  await ledger.take([ride('v', when)]);
  await ledger.take([order('w')]);
  const records = await ledger.records();
  const [first] = records;
  const correction = required(records.at(-1), 'correction');
  expect(correction).toMatchObject({ kind: 'correction', reverses: first?.id, account: ledger.account('w') });

  const { erasedRecords } = await finishErasure(deps, await beginToErase(ledger, 'ctz_two'));
  expect(erasedRecords).toBe(1);
  expect((await deps.store.get(carbonRecords, correction.id))?.value.erasedAt).toBeTypeOf('number');
  expect((await ledger.records()).filter(({ id }) => id !== correction.id)).toEqual(records.slice(0, -1));
  await expectBooksToAgree(deps.store, programme);
});

it.each([false, true])(
  'is in the way of no appeal against what is being erased, its card handed on before: %s',
  async (isHandedOn) => {
    const ledger = await twoPeople();
    const { deps } = ledger;
    const { store } = deps;
    await ledger.take([bike('v', { vehicle: 'b' })]);
    await ledger.take([bike('w', { vehicle: 'b' })]);
    const held = required((await ledger.activityIds())[1], 'held trip');
    if (isHandedOn) {
      const given = { citizen: 'ctz_one', account: ledger.account('v'), at: deps.clock.now() };
      await store.unitOfWork((tx) => unbindAccount(tx, given));
      await ledger.addCitizen('ctz_three');
      await bind(ledger, 'ctz_three', 'v');
    }
    const erasure = await beginToErase(ledger, 'ctz_one');
    const decided = await store.unitOfWork(async (tx) => {
      const asked = { citizen: 'ctz_two', activity: held, statement: 'mine', at: deps.clock.now() };
      const { key } = await fileAppeal(tx, asked);
      return decideAppeal(tx, deps, { appeal: key, isUpheld: true, answer: 'yes', by: 'x', alsoReverse: true });
    });
    expect(decided.value.outcome).toBe('counted');
    await expectBooksToAgree(store, programme);
    await finishErasure(deps, erasure);
    await expectBooksToAgree(store, programme);
  },
);
