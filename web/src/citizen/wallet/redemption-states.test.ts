import type { RedemptionView } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { isMoving, whyNoProof } from './redemption-states.ts';

const seal = { settlement: 'stl_1', transaction: 'a'.repeat(64), block: 7 };

function redemption(status: RedemptionView['status'], sealed?: typeof seal): RedemptionView {
  const made = { redemption: 'pay_1', amountFen: '200', burnedMilligrams: '25000000', createdAt: 0, status };
  return sealed === undefined ? made : { ...made, seal: sealed };
}

describe('the proof of a payment', () => {
  it.each([
    { status: 'reserved', sealed: undefined, why: 'unpaid', asksAgain: true },
    { status: 'sent', sealed: undefined, why: 'unpaid', asksAgain: true },
    { status: 'unknown', sealed: undefined, why: 'unpaid', asksAgain: true },
    { status: 'settled', sealed: undefined, why: 'waiting', asksAgain: true },
    { status: 'settled', sealed: seal, why: undefined, asksAgain: false },
    { status: 'rejected', sealed: undefined, why: 'none', asksAgain: false },
  ] as const)('of a redemption that is $status (seal: $sealed.settlement) is missing because: $why', (one) => {
    const asked = redemption(one.status, one.sealed);
    expect(whyNoProof(asked)).toBe(one.why);
    expect(isMoving(asked)).toBe(one.asksAgain);
  });
});
