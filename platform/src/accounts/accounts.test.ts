import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { balanceOf, balances, hold, holds, journal, postHold, postTransfer, voidHold } from './index.ts';

const names = ['a', 'b', 'c'] as const;

function openStore() {
  return createSqliteStore({ path: ':memory:', collections: [journal, balances, holds] });
}

const operation = fc.oneof(
  fc.record({ kind: fc.constant('issue' as const), to: fc.constantFrom(...names), amount: fc.bigInt(1n, 100n) }),
  fc.record({
    kind: fc.constant('move' as const),
    from: fc.constantFrom(...names),
    to: fc.constantFrom(...names),
    amount: fc.bigInt(1n, 100n),
  }),
  fc.record({ kind: fc.constant('hold' as const), from: fc.constantFrom(...names), amount: fc.bigInt(1n, 100n) }),
  fc.record({
    kind: fc.constant('end' as const),
    as: fc.constantFrom('post' as const, 'void' as const),
    pick: fc.nat(20),
  }),
);

type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

interface Model {
  readonly amount: Map<string, bigint>;
  readonly held: Map<string, bigint>;
  readonly open: { id: string; from: string; amount: bigint }[];
}

async function apply(
  store: ReturnType<typeof openStore>,
  model: Model,
  step: { id: string; operation: Operation },
): Promise<void> {
  const { id, operation: op } = step;
  const bump = (map: Map<string, bigint>, name: string, by: bigint) => map.set(name, (map.get(name) ?? 0n) + by);
  const free = (name: string) => (model.amount.get(name) ?? 0n) - (model.held.get(name) ?? 0n);
  const asset = 'fen' as const;
  if (op.kind === 'issue') {
    const legs = [
      { account: 'issuance:x', asset, amount: -op.amount },
      { account: op.to, asset, amount: op.amount },
    ];
    await store.unitOfWork((tx) => postTransfer(tx, { id, at: 0, kind: 'issue', legs }));
    bump(model.amount, op.to, op.amount);
  } else if (op.kind === 'move') {
    const legs = [
      { account: op.from, asset, amount: -op.amount },
      { account: op.to, asset, amount: op.amount },
    ];
    const done = store.unitOfWork((tx) => postTransfer(tx, { id, at: 0, kind: 'move', legs }));
    if (op.from !== op.to && free(op.from) < op.amount) return expect(done).rejects.toThrow('ACCOUNTS_OVERDRAFT');
    await done;
    bump(model.amount, op.from, -op.amount);
    bump(model.amount, op.to, op.amount);
  } else if (op.kind === 'hold') {
    const done = store.unitOfWork((tx) => hold(tx, { id, at: 0, account: op.from, asset, amount: op.amount }));
    if (free(op.from) < op.amount) return expect(done).rejects.toThrow('ACCOUNTS_OVERDRAFT');
    await done;
    bump(model.held, op.from, op.amount);
    model.open.push({ id, from: op.from, amount: op.amount });
  } else {
    const [open] = model.open.splice(op.pick % Math.max(1, model.open.length), 1);
    if (open === undefined) return;
    bump(model.held, open.from, -open.amount);
    if (op.as === 'post') {
      await store.unitOfWork((tx) => postHold(tx, { id: open.id, at: 0, to: 'external:bank', kind: 'paid' }));
      bump(model.amount, open.from, -open.amount);
    } else await store.unitOfWork((tx) => voidHold(tx, open.id));
  }
}

describe('double entry', () => {
  it('keeps its invariants after every operation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
        const store = openStore();
        const model: Model = { amount: new Map(), held: new Map(), open: [] };
        for (const [at, op] of operations.entries()) {
          await apply(store, model, { id: `t${String(at).padStart(4, '0')}`, operation: op });
          let total =
            (await balanceOf(store, 'issuance:x', 'fen')).amount +
            (await balanceOf(store, 'external:bank', 'fen')).amount;
          for (const name of names) {
            const balance = await balanceOf(store, name, 'fen');
            expect(balance).toEqual({ amount: model.amount.get(name) ?? 0n, held: model.held.get(name) ?? 0n });
            expect(balance.amount).toBeGreaterThanOrEqual(balance.held);
            total += balance.amount;
          }
          expect(total).toBe(0n);
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('posts an id once, and calls the same id with other legs a defect', async () => {
    const store = openStore();
    const legs = [
      { account: 'issuance:x', asset: 'points' as const, amount: -5n },
      { account: 'a', asset: 'points' as const, amount: 5n },
    ];
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
