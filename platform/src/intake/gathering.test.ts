import { expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { ledgerFixture, programme } from '../../test/support/ledger.ts';
import type { LedgerFixture } from '../../test/support/ledger.ts';
import { everything, expectBooksToAgree } from '../../test/support/standing.ts';
import { balanceOf, balances, postTransfer } from '../accounts/index.ts';
import { accountDocuments, consentText, unclaimedAccount } from '../identity/index.ts';
import { bindAndCredit, gatherUnclaimed } from './index.ts';

const unclaimed = unclaimedAccount(programme);
const when = (day: string) => ({ day, clock: '08:00' });
const binding = { citizen: 'ctz_one', source: 'drafts-one', consent: consentText.version, windowDays: 5 };

/** Books as version 1 kept them: cards with an account of their own, and one that was bound when it had earned on two days, of which the window takes one. */
async function booksOfVersion1(): Promise<LedgerFixture> {
  const ledger = ledgerFixture();
  const cards = Array.from({ length: 30 }, (_, at) => `card-${String(at)}`);
  await ledger.take(cards.map((card) => ride(card, when('2026-11-23'))));
  await ledger.take(['card-0', 'bound'].map((card) => ride(card, when('2026-11-01'))));
  await ledger.take([ride('bound', when('2026-11-22'))]);
  await ledger.addCitizen('ctz_one');
  await bindAndCredit(ledger.deps, { ...binding, name: 'bound' });
  const each = (await ledger.balance(unclaimed)) / 32n;
  const owners = [...cards, 'card-0', 'bound'].map((card) => `account:${ledger.account(card)}`);
  const legs = owners.map((account) => ({ account, asset: 'milligrams' as const, amount: each }));
  const into = { account: unclaimed, asset: 'milligrams' as const, amount: -32n * each };
  await ledger.deps.store.unitOfWork((tx) => postTransfer(tx, { id: 'old', at: 1, kind: 'x', legs: [into, ...legs] }));
  return ledger;
}

const ownAccounts = async ({ deps }: LedgerFixture): Promise<string[]> =>
  (await everything(deps.store, balances)).map(({ key }) => key).filter((key) => key.startsWith('account:'));

it('gathers what stood on accounts of their own, once, and leaves what a citizen was credited', async () => {
  const ledger = await booksOfVersion1();
  const credited = await ledger.balance('citizen:ctz_one');
  expect(await ledger.balance(unclaimed)).toBe(0n);
  expect(await gatherUnclaimed(ledger.deps)).toBe(31);
  expect(await ownAccounts(ledger)).toEqual([]);
  expect(await ledger.balance('citizen:ctz_one')).toBe(credited);
  await expectBooksToAgree(ledger.deps.store, programme);
  expect(await gatherUnclaimed(ledger.deps)).toBe(0);
  await bindAndCredit(ledger.deps, { ...binding, name: 'card-7' });
  await expectBooksToAgree(ledger.deps.store, programme);
});

it('takes up what was broken off before the accounts were removed', async () => {
  const ledger = await booksOfVersion1();
  const { store } = ledger.deps;
  let units = 0;
  const falling = {
    ...store,
    unitOfWork: <Result>(work: Parameters<typeof store.unitOfWork<Result>>[0]) => {
      units += 1;
      return units === 2 ? Promise.reject(new Error('the power fails')) : store.unitOfWork(work);
    },
  };
  await expect(gatherUnclaimed({ ...ledger.deps, store: falling })).rejects.toThrow('the power fails');
  expect(await gatherUnclaimed(ledger.deps)).toBe(31);
  await expectBooksToAgree(store, programme);
});

it('leaves what an erased account had, whose books are not gone yet, as void as it is', async () => {
  const ledger = await booksOfVersion1();
  const { store } = ledger.deps;
  const erased = ledger.account('card-3');
  const amount = await ledger.balance(`account:${erased}`);
  await store.unitOfWork(async (tx) => {
    const legs = [
      { account: `account:${erased}`, asset: 'milligrams' as const, amount: -amount },
      { account: `void:${programme}`, asset: 'milligrams' as const, amount },
    ];
    await postTransfer(tx, { id: 'void', at: 1, kind: 'erasure', legs });
    const stored = await tx.get(accountDocuments, erased);
    if (stored !== undefined)
      await tx.replaceMany(accountDocuments, [{ ...stored, value: { ...stored.value, erasedAt: 1 } }]);
  });
  await gatherUnclaimed(ledger.deps);
  expect(await ledger.balance(unclaimed)).toBe(31n * amount);
  expect(await balanceOf(store, 'suspense:gathering', 'milligrams')).toMatchObject({ amount: 0n, owed: 0n });
});

it('puts what no day book explains where somebody will look', async () => {
  const ledger = await booksOfVersion1();
  const legs = [
    { account: `account:${ledger.account('stranger')}`, asset: 'milligrams' as const, amount: 5n },
    { account: `issuance:${programme}`, asset: 'milligrams' as const, amount: -5n },
  ];
  await ledger.deps.store.unitOfWork((tx) => postTransfer(tx, { id: 'odd', at: 1, kind: 'x', legs }));
  expect(await gatherUnclaimed(ledger.deps)).toBe(32);
  expect(await ledger.balance('suspense:gathering')).toBe(5n);
});
