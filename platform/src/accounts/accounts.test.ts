import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../kernel/index.ts';
import type { DocumentStore, Transaction } from '../storage/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import type { Asset, Balance, Leg } from './index.ts';
import {
  assets,
  balanceOf,
  balances,
  clawbackAccount,
  expireHolds,
  freezeAccount,
  hold,
  holds,
  journal,
  postHold,
  postHolds,
  postTransfer,
  reverseTransfer,
  thawAccount,
  voidHold,
} from './index.ts';

const names = ['a', 'b', 'c'] as const;
const outside = ['issuance:x', 'external:bank'] as const;

function openStore(): DocumentStore {
  return createSqliteStore({ path: ':memory:', collections: [journal, balances, holds] });
}

function move(from: string, to: string, of: { readonly asset: Asset; readonly amount: bigint }): Leg[] {
  const { asset, amount } = of;
  return [
    { account: from, asset, amount: -amount },
    { account: to, asset, amount },
  ];
}

const of = { asset: fc.constantFrom(...assets), amount: fc.bigInt(1n, 60n) };
const name = fc.constantFrom(...names);
const pick = fc.nat(30);

/** Everything that anybody can do to the books. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant('issue' as const), to: name, ...of }),
  fc.record({ kind: fc.constant('move' as const), from: name, to: name, ...of }),
  fc.record({ kind: fc.constant('take back' as const), from: name, ...of }),
  fc.record({ kind: fc.constant('hold' as const), from: name, lasts: fc.option(fc.nat(4)), ...of }),
  fc.record({ kind: fc.constant('post' as const), pick, share: fc.bigInt(1n, 3n) }),
  fc.record({ kind: fc.constant('post all' as const) }),
  fc.record({ kind: fc.constant('void' as const), pick }),
  fc.record({ kind: fc.constant('expire' as const) }),
  fc.record({ kind: fc.constant('reverse' as const), pick, mayOwe: fc.boolean() }),
  fc.record({ kind: fc.constant('freeze' as const), account: name, asset: of.asset, thaws: fc.boolean() }),
);
type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

interface Books {
  readonly store: DocumentStore;
  now: number;
  readonly holds: string[];
  readonly transfers: string[];
}

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;
interface Act {
  readonly books: Books;
  readonly tx: Transaction;
  readonly id: string;
}

const writers: { readonly [Kind in Operation['kind']]: (act: Act, op: Of<Kind>) => Promise<unknown> } = {
  issue: ({ tx, id, books }, op) =>
    postTransfer(tx, { id, at: books.now, kind: op.kind, legs: move('issuance:x', op.to, op) }),
  move: ({ tx, id, books }, op) =>
    postTransfer(tx, { id, at: books.now, kind: op.kind, legs: move(op.from, op.to, op) }),
  'take back': ({ tx, id, books }, op) =>
    postTransfer(tx, { id, at: books.now, kind: op.kind, legs: move(op.from, 'issuance:x', op), mayOwe: true }),
  hold: ({ tx, id, books }, { from: account, asset, amount, lasts }) =>
    hold(tx, { id, at: books.now, account, asset, amount, ...(lasts !== null && { expiresAt: books.now + lasts }) }),
  async post({ tx, books }, op) {
    const held = await tx.get(holds, chosen(books.holds, op.pick));
    if (held?.value.state !== 'held') return;
    const amount = (BigInt(held.value.amount) + op.share - 1n) / op.share;
    await postHold(tx, { id: held.key, at: books.now, to: 'external:bank', kind: 'paid', amount });
  },
  async 'post all'({ tx, books }) {
    const found = await tx.getMany(holds, books.holds);
    const open = [...found.values()].filter(
      ({ value }) => value.state === 'held' && (value.expiresAt ?? Infinity) > books.now,
    );
    await postHolds(
      tx,
      open.map(({ key: id }) => ({ id, at: books.now, to: 'external:bank', kind: 'paid' })),
    );
  },
  async void({ tx, books }, op) {
    const held = await tx.get(holds, chosen(books.holds, op.pick));
    if (held !== undefined && held.value.state !== 'posted') await voidHold(tx, { id: held.key, at: books.now });
  },
  async reverse({ tx, books }, { pick: at, mayOwe }) {
    if (books.transfers.length === 0) return;
    await reverseTransfer(tx, { of: chosen(books.transfers, at), at: books.now, kind: 'reverse', mayOwe });
  },
  freeze: ({ tx }, op) => (op.thaws ? thawAccount : freezeAccount)(tx, op.account, op.asset),
  expire: () => Promise.resolve(),
};

function chosen(from: readonly string[], at: number): string {
  return from[at % from.length] ?? 'none';
}

async function write(books: Books, tx: Transaction, op: Operation): Promise<void> {
  const writer = writers[op.kind] as (act: Act, op: Operation) => Promise<unknown>;
  await writer({ books, tx, id: `t${String(books.now).padStart(4, '0')}` }, op);
}

/** Does one thing; a refusal must leave everything as it was, and doing the same again must change nothing. */
async function act(books: Books, op: Operation): Promise<void> {
  books.now += 1;
  const before = await everything(books.store);
  try {
    if (op.kind === 'expire') await expireHolds(books.store, books.now);
    else await books.store.unitOfWork((tx) => write(books, tx, op));
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect(await everything(books.store)).toEqual(before);
    return;
  }
  const id = `t${String(books.now).padStart(4, '0')}`;
  if (op.kind === 'hold') books.holds.push(id);
  if (['issue', 'move', 'take back'].includes(op.kind)) books.transfers.push(id);
  if (op.kind !== 'issue' && op.kind !== 'hold') return;
  const after = await everything(books.store);
  await books.store.unitOfWork((tx) => write(books, tx, op));
  expect(await everything(books.store)).toEqual(after);
}

async function everything(store: DocumentStore) {
  const query = { index: 'key', limit: 1_000 };
  return {
    journal: (await store.find(journal, query)).items,
    holds: (await store.find(holds, query)).items,
    balances: (await store.find(balances, query)).items,
  };
}

/** What each account should have: the fold of the journal, and the sum of its open holds. */
async function expectedOf(store: DocumentStore) {
  const { journal: entries, holds: allHolds } = await everything(store);
  const folded = new Map<string, bigint>();
  const aside = new Map<string, bigint>();
  const add = (
    to: Map<string, bigint>,
    { account, asset, amount }: { account: string; asset: Asset; amount: string },
  ) => to.set(`${account}/${asset}`, (to.get(`${account}/${asset}`) ?? 0n) + BigInt(amount));
  for (const leg of entries.flatMap(({ value }) => value.legs)) add(folded, leg);
  for (const { value } of allHolds) if (value.state === 'held') add(aside, value);
  return { folded, aside };
}

/** Each balance is what it should be, nobody is overdrawn, and each asset sums to nothing. */
async function check({ store }: Books): Promise<void> {
  const { folded, aside } = await expectedOf(store);
  for (const asset of assets) {
    let total = 0n;
    for (const account of [...names, ...names.map(clawbackAccount), ...outside]) {
      const { amount, held } = await balanceOf(store, account, asset);
      const key = `${account}/${asset}`;
      expect([key, amount, held]).toEqual([key, folded.get(key) ?? 0n, aside.get(key) ?? 0n]);
      total += amount;
    }
    expect(total).toBe(0n);
    for (const account of names) checkOwn(await balanceOf(store, account, asset));
  }
}

function checkOwn({ amount, held, owed }: Balance): void {
  expect(held).toBeGreaterThanOrEqual(0n);
  expect(amount).toBeGreaterThanOrEqual(held);
  expect(owed === 0n || amount === held, 'who owes has nothing free').toBe(true);
}

describe('double entry', () => {
  it('keeps its invariants after every operation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
        const books: Books = { store: openStore(), now: 0, holds: [], transfers: [] };
        for (const op of operations) {
          await act(books, op);
          await check(books);
        }
        await books.store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('posts an id once, and calls the same id with other legs a defect', async () => {
    const store = openStore();
    const legs = move('issuance:x', 'a', { asset: 'points', amount: 5n });
    for (let round = 0; round < 2; round += 1)
      await store.unitOfWork((tx) => postTransfer(tx, { id: 'one', at: 0, kind: 'issue', legs }));
    expect((await balanceOf(store, 'a', 'points')).amount).toBe(5n);
    const others = legs.map((leg) => ({ ...leg, amount: leg.amount * 2n }));
    await expect(
      store.unitOfWork((tx) => postTransfer(tx, { id: 'one', at: 0, kind: 'issue', legs: others })),
    ).rejects.toThrow('other legs');
    await expect(
      store.unitOfWork((tx) => postTransfer(tx, { id: 'two', at: 0, kind: 'issue', legs: legs.slice(1) })),
    ).rejects.toThrow('sum to nothing');
  });
});

describe('what is taken back after it was spent', () => {
  const asset = 'milligrams';

  async function spent() {
    const store = openStore();
    const post = (id: string, legs: Leg[], mayOwe = false) =>
      store.unitOfWork((tx) => postTransfer(tx, { id, at: 0, kind: 'test', legs, mayOwe }));
    await post('credit', move('issuance:x', 'a', { asset, amount: 100n }));
    await post('burn', move('a', 'burned:x', { asset, amount: 70n }));
    return { store, post };
  }

  it('goes to the clawback account, which the next credits fill first', async () => {
    const { store, post } = await spent();
    await store.unitOfWork((tx) => reverseTransfer(tx, { of: 'credit', at: 1, kind: 'reversal', mayOwe: true }));
    expect(await balanceOf(store, 'a', asset)).toEqual({ amount: 0n, held: 0n, owed: 70n });
    expect((await balanceOf(store, clawbackAccount('a'), asset)).amount).toBe(-70n);
    await post('next', move('issuance:x', 'a', { asset, amount: 50n }));
    expect(await balanceOf(store, 'a', asset)).toEqual({ amount: 0n, held: 0n, owed: 20n });
    await post('then', move('issuance:x', 'a', { asset, amount: 50n }));
    expect(await balanceOf(store, 'a', asset)).toEqual({ amount: 30n, held: 0n, owed: 0n });
    const entry = await store.get(journal, 'then');
    expect(entry?.value.legs).toEqual([
      { account: 'issuance:x', asset, amount: '-50' },
      { account: 'a', asset, amount: '30' },
      { account: 'clawback:a', asset, amount: '20' },
    ]);
  });

  it('is refused as an overdraft to anybody who may not owe', async () => {
    const { store } = await spent();
    const reversal = { of: 'credit', at: 1, kind: 'reversal' };
    await expect(store.unitOfWork((tx) => reverseTransfer(tx, reversal))).rejects.toThrow('ACCOUNTS_OVERDRAFT');
  });

  it('leaves a hold alone, and takes what the hold frees', async () => {
    const { store } = await spent();
    await store.unitOfWork((tx) => hold(tx, { id: 'h', at: 1, account: 'a', asset, amount: 30n }));
    await store.unitOfWork((tx) => reverseTransfer(tx, { of: 'credit', at: 2, kind: 'reversal', mayOwe: true }));
    expect(await balanceOf(store, 'a', asset)).toEqual({ amount: 30n, held: 30n, owed: 100n });
    await store.unitOfWork((tx) => voidHold(tx, { id: 'h', at: 3 }));
    expect(await balanceOf(store, 'a', asset)).toEqual({ amount: 0n, held: 0n, owed: 70n });
  });
});

describe('a hold', () => {
  const held = { id: 'h', at: 0, account: 'a', asset: 'fen' as const, amount: 10n };

  async function holding(expiresAt?: number) {
    const store = openStore();
    const legs = move('issuance:x', 'a', { asset: 'fen', amount: 25n });
    await store.unitOfWork((tx) => postTransfer(tx, { id: 'in', at: 0, kind: 'issue', legs }));
    await store.unitOfWork((tx) => hold(tx, { ...held, ...(expiresAt !== undefined && { expiresAt }) }));
    return store;
  }
  const posting = { id: 'h', to: 'external:bank', kind: 'paid' };

  it('ends once: a part is posted and the rest is free at once', async () => {
    const store = await holding();
    for (let round = 0; round < 2; round += 1)
      await store.unitOfWork((tx) => postHold(tx, { ...posting, at: 1, amount: 4n }));
    expect(await balanceOf(store, 'a', 'fen')).toEqual({ amount: 21n, held: 0n, owed: 0n });
    await expect(store.unitOfWork((tx) => voidHold(tx, { id: 'h', at: 2 }))).rejects.toThrow('ended another way');
  });

  it('frees itself when its time is over, and cannot be posted from then on', async () => {
    const store = await holding(5);
    expect(await expireHolds(store, 4)).toBe(0);
    await expect(store.unitOfWork((tx) => postHold(tx, { ...posting, at: 5 }))).rejects.toThrow('HOLD_EXPIRED');
    expect(await expireHolds(store, 5)).toBe(1);
    expect((await balanceOf(store, 'a', 'fen')).held).toBe(0n);
    await expect(store.unitOfWork((tx) => postHold(tx, { ...posting, at: 6 }))).rejects.toThrow('HOLD_EXPIRED');
  });

  it('set aside before a freeze is still paid; a new one is refused until the account thaws', async () => {
    const store = await holding();
    await store.unitOfWork((tx) => freezeAccount(tx, 'a', 'fen'));
    await expect(store.unitOfWork((tx) => hold(tx, { ...held, id: 'h2' }))).rejects.toThrow('ACCOUNTS_FROZEN');
    const legs = move('a', 'b', { asset: 'fen', amount: 1n });
    const out = () => store.unitOfWork((tx) => postTransfer(tx, { id: 'out', at: 1, kind: 'move', legs }));
    await expect(out()).rejects.toThrow('ACCOUNTS_FROZEN');
    await store.unitOfWork((tx) => postHold(tx, { ...posting, at: 2 }));
    expect((await balanceOf(store, 'external:bank', 'fen')).amount).toBe(10n);
    await store.unitOfWork((tx) => thawAccount(tx, 'a', 'fen'));
    await out();
    expect((await balanceOf(store, 'a', 'fen')).amount).toBe(14n);
  });
});
