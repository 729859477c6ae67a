import { expect } from 'vitest';
import { validationCodes } from '../port.ts';
import type { LedgerEvent } from '../port.ts';
import type { Behaviour } from './behaviour.ts';
import { organisations } from './harness.ts';
import type { Probe } from './probe.ts';

function payloads(events: readonly LedgerEvent[]): string[] {
  return events.map(({ payload }) => Buffer.from(payload).toString());
}

/** Commits a transaction with an event, and gives its place. */
function announce(probe: Probe, name: string, payload: string) {
  return probe.commit([
    { do: 'event', name: probe.key(name), payload },
    { do: 'put', key: probe.key(`${name}.${payload}`), value: payload },
  ]);
}

/** What followers of the chain are told. */
export const eventBehaviours: readonly Behaviour[] = [
  {
    number: 12,
    title: 'a transaction has one event, the last that was set',
    async check(probe) {
      const name = probe.key('one-event');
      const { blockNumber, transactionId } = await probe.commit([
        { do: 'event', name: `${name}.first`, payload: 'first' },
        { do: 'event', name: `${name}.last`, payload: 'one-event-last' },
        { do: 'put', key: name, value: 'x' },
      ]);
      const events = await probe.eventsUntil({ blockNumber }, 'one-event-last');
      expect(events.filter((event) => event.transactionId === transactionId)).toMatchObject([
        { name: `${name}.last`, blockNumber },
      ]);
    },
  },
  {
    number: 13,
    title: 'an invalid transaction tells nobody anything',
    async check(probe) {
      const steps = [
        { do: 'event', name: probe.key('invalid'), payload: 'invalid-event' },
        { do: 'put', key: probe.key('invalid'), value: 'x' },
      ] as const;
      const invalid = await probe.commit(steps, { endorsers: [organisations.platform] });
      expect(invalid.code).toBe(validationCodes.endorsementPolicyFailure);
      await announce(probe, 'after-invalid', 'after-invalid');
      const events = await probe.eventsUntil({ blockNumber: invalid.blockNumber }, 'after-invalid');
      expect(payloads(events)).toEqual(['after-invalid']);
    },
  },
  {
    number: 14,
    title:
      'a follower goes on behind its checkpoint without a gap or a repetition, also behind a transaction without an event',
    async check(probe) {
      const first = await announce(probe, 'resume', 'resume-1');
      await announce(probe, 'resume', 'resume-2');
      const silent = await probe.commit([{ do: 'put', key: probe.key('silent'), value: 'x' }]);
      await announce(probe, 'resume', 'resume-3');
      const whole = await probe.eventsUntil({ blockNumber: first.blockNumber }, 'resume-3');
      expect(payloads(whole)).toEqual(['resume-1', 'resume-2', 'resume-3']);
      for (const [at, event] of whole.slice(0, -1).entries()) {
        const rest = await probe.eventsUntil(
          { blockNumber: event.blockNumber, afterTransactionId: event.transactionId },
          'resume-3',
        );
        expect(payloads(rest)).toEqual(payloads(whole.slice(at + 1)));
      }
      const afterSilent = { blockNumber: silent.blockNumber, afterTransactionId: silent.transactionId };
      expect(payloads(await probe.eventsUntil(afterSilent, 'resume-3'))).toEqual(['resume-3']);
    },
  },
];
