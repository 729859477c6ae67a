import { expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { ledgerFixture, programme } from '../../test/support/ledger.ts';
import { expectBooksToAgree } from '../../test/support/standing.ts';
import { carbonRecords } from '../carbon/index.ts';
import { consentText } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import { bindAndCredit } from './binding.ts';
import { beginErasure, finishErasure } from './erasing.ts';

const when = { day: '2026-11-23', clock: '08:00' };

it('leaves what another person’s records were, though an order of both is corrected from the one to the other', async () => {
  const ledger = ledgerFixture();
  const { deps } = ledger;
  const { store } = deps;
  for (const [citizen, name] of [
    ['ctz_one', 'v'],
    ['ctz_two', 'w'],
  ] as const) {
    await ledger.addCitizen(citizen);
    await bindAndCredit(deps, { citizen, source: 'drafts-one', name, consent: consentText.version, windowDays: 9 });
  }
  const order = (account: string) =>
    ride(account, when, { mode: 'bike', evidence: 'provider', sourceKey: 'order', sourceKeyIsGlobal: true });
  await ledger.take([order('v')]);
  await ledger.take([ride('v', when)]);
  await ledger.take([order('w')]);
  const records = await ledger.records();
  const [first] = records;
  const correction = required(records.at(-1), 'correction');
  expect(correction).toMatchObject({ kind: 'correction', reverses: first?.id, account: ledger.account('w') });

  const key = await store.unitOfWork((tx) => beginErasure(tx, deps, { citizen: 'ctz_two', programmes: [programme] }));
  expect((await finishErasure(deps, key)).erasedRecords).toBe(1);
  expect((await store.get(carbonRecords, correction.id))?.value.erasedAt).toBeTypeOf('number');
  expect((await ledger.records()).filter(({ id }) => id !== correction.id)).toEqual(records.slice(0, -1));
  await expectBooksToAgree(store, programme);
});
