import { describe, expect, it } from 'vitest';
import { Crash } from '../../test/support/faulty-gateway.ts';
import type { LedgerFault } from '../../test/support/faulty-ledger.ts';
import { faultyLedger, ledgerFaults } from '../../test/support/faulty-ledger.ts';
import { orderEnvelope } from './ordering.ts';
import type { Endorsed, LedgerClient } from './port.ts';
import { LedgerFailure } from './port.ts';

const call = { function: 'SealBatch', args: [], as: 'recorder' as const };
const timeoutMs = 5_000;
const again = { transactionId: 'tx_1', envelope: Buffer.from('tx_1'), timeoutMs };

/** A ledger in memory: an envelope is its transaction's id; one that was ordered is in a block at once, and once only. */
function chain() {
  const blocks: string[] = [];
  const log: string[] = [];
  let endorsed = 0;
  const ledger = {
    endorse: () => {
      endorsed += 1;
      const transactionId = `tx_${String(endorsed)}`;
      log.push(`endorse ${transactionId}`);
      return Promise.resolve({ transactionId, envelope: Buffer.from(transactionId), result: Buffer.alloc(0) });
    },
    submit: (envelope: Uint8Array) => {
      const transactionId = Buffer.from(envelope).toString();
      log.push(`submit ${transactionId}`);
      if (!blocks.includes(transactionId)) blocks.push(transactionId);
      return Promise.resolve();
    },
    status: (transactionId: string) => {
      log.push(`status ${transactionId}`);
      const blockNumber = blocks.indexOf(transactionId);
      return blockNumber >= 0
        ? Promise.resolve({ transactionId, blockNumber, code: 0 })
        : Promise.reject(new LedgerFailure('outcome-unknown', 'in no block'));
    },
  } as unknown as LedgerClient;
  return { ledger, blocks, log };
}

/** One transaction on a ledger that fails in one way, once. */
async function endorsedOn(fault: LedgerFault) {
  const inner = chain();
  const own = { isDown: false };
  const plan = [fault];
  const ledger = faultyLedger(inner.ledger, own, () => plan.shift() ?? 'none');
  const endorsed = await ledger.endorse(call);
  const order = (mayBeOrdered: boolean) => orderEnvelope(ledger, { ...endorsed, mayBeOrdered, timeoutMs });
  return { ...inner, order };
}

describe('an envelope that is ordered for the first time', () => {
  it('ends valid in its block', async () => {
    const { order, log } = await endorsedOn('none');
    expect(await order(false)).toEqual({ end: 'valid', blockNumber: 0 });
    expect(log).toEqual(['endorse tx_1', 'submit tx_1', 'status tx_1']);
  });

  it('is void where ordering says that it does not take it', async () => {
    const { order, blocks } = await endorsedOn('refuse-order');
    expect(await order(false)).toMatchObject({ end: 'void', failure: { kind: 'order-failed' } });
    expect(blocks).toEqual([]);
  });

  it('is void where its block holds it as invalid', async () => {
    const { order } = await endorsedOn('invalid');
    expect(await order(false)).toMatchObject({
      end: 'void',
      failure: { kind: 'commit-invalid', validationCode: 11, transactionId: 'tx_1' },
    });
  });

  it.each(['lose-submit', 'lose-answer', 'lose-status'] as const)('is unknown after %s', async (fault) => {
    const { order } = await endorsedOn(fault);
    expect(await order(false)).toMatchObject({ end: 'unknown', failure: { kind: 'outcome-unknown' } });
  });

  it('is unknown where the ledger stopped in whatever way', async () => {
    const { ledger } = chain();
    const stopped = new LedgerFailure('endorse-failed', 'the ledger has stopped');
    const down = { ...ledger, submit: () => Promise.reject(stopped) };
    expect(await orderEnvelope(down, { ...again, mayBeOrdered: false })).toEqual({ end: 'unknown', failure: stopped });
  });
});

describe('an envelope that may be ordered already', () => {
  it('is asked for first, and not sent again where a block has it', async () => {
    const { order, log } = await endorsedOn('lose-answer');
    await order(false);
    log.length = 0;
    expect(await order(true)).toEqual({ end: 'valid', blockNumber: 0 });
    expect(log).toEqual(['status tx_1']);
  });

  it('is sent again, the same one, where no block has it', async () => {
    const { order, log } = await endorsedOn('lose-submit');
    await order(false);
    log.length = 0;
    expect(await order(true)).toEqual({ end: 'valid', blockNumber: 0 });
    expect(log).toEqual(['status tx_1', 'submit tx_1', 'status tx_1']);
  });

  it('is not void because ordering refuses it now: the time before may have been taken', async () => {
    const { ledger } = chain();
    const refused = new LedgerFailure('order-failed', 'ordering does not take it');
    const refusing = { ...ledger, submit: () => Promise.reject(refused) };
    expect(await orderEnvelope(refusing, { ...again, mayBeOrdered: true })).toEqual({
      end: 'unknown',
      failure: refused,
    });
    expect(await orderEnvelope(refusing, { ...again, mayBeOrdered: false })).toEqual({ end: 'void', failure: refused });
  });

  it('is asked for a short while before it is sent, and for all of its time after', async () => {
    const { ledger } = chain();
    const asked: number[] = [];
    const status: LedgerClient['status'] = (transactionId, options) => {
      asked.push(options.timeoutMs);
      return ledger.status(transactionId, options);
    };
    await orderEnvelope({ ...ledger, status }, { ...again, mayBeOrdered: true });
    expect(asked).toEqual([500, timeoutMs]);
  });
});

describe('somebody who stores what is endorsed and goes on after a crash', () => {
  /** Tries until the work stands, endorsing anew only what is void. */
  async function bringToEnd(ledger: LedgerClient, own: { isDown: boolean }): Promise<void> {
    let stored: Endorsed | undefined;
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        const isNew = stored === undefined;
        stored ??= await ledger.endorse(call);
        const { end } = await orderEnvelope(ledger, { ...stored, mayBeOrdered: !isNew, timeoutMs });
        if (end === 'valid') return;
        if (end === 'void') stored = undefined;
      } catch (error) {
        if (!(error instanceof Crash) && !(error instanceof LedgerFailure)) throw error;
        own.isDown = false;
      }
    }
    throw new Error('it never came to an end');
  }

  it.each(ledgerFaults)('has one valid transaction on the chain after %s', async (fault) => {
    const { ledger, blocks, log } = chain();
    const own = { isDown: false };
    const plan = [fault];
    await bringToEnd(
      faultyLedger(ledger, own, () => plan.shift() ?? 'none'),
      own,
    );
    expect(blocks).toHaveLength(1);
    const isAnew = fault === 'invalid' || fault === 'refuse-order';
    expect(log.filter((line) => line.startsWith('endorse'))).toHaveLength(isAnew ? 2 : 1);
  });
});
