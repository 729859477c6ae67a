import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from './behaviour.ts';
import { callBehaviours } from './calls.contract.ts';
import { chainBehaviours } from './chain.contract.ts';
import { endorsementBehaviours } from './endorsement.contract.ts';
import { eventBehaviours } from './events.contract.ts';
import type { ConformanceTarget, LedgerUnderTest } from './harness.ts';
import type { Probe } from './probe.ts';
import { privateBehaviours } from './private.contract.ts';
import { createProbe } from './probe.ts';
import { queryBehaviours } from './queries.contract.ts';
import { stateBehaviours } from './state.contract.ts';

export const behaviours: readonly Behaviour[] = [
  ...stateBehaviours,
  ...queryBehaviours,
  ...eventBehaviours,
  ...callBehaviours,
  ...endorsementBehaviours,
  ...privateBehaviours,
  ...chainBehaviours,
].sort((first, second) => first.number - second.number);

/**
 * Asserts on a ledger what the platform relies on, through `LedgerClient` alone. An engine that passes may stand in for any other.
 * What cannot run is reported as skipped, by number, with the reason.
 */
export function ledgerConformance(name: string, target: ConformanceTarget): void {
  describe(`ledger conformance of ${name}`, () => {
    let under: LedgerUnderTest | undefined;
    let probe: Probe | undefined;

    beforeAll(async () => {
      if (target.skip !== undefined) return;
      under = await target.open();
      probe = createProbe(under);
    });

    afterAll(async () => {
      await under?.close();
    });

    it('has each of the thirty-two behaviours once', () => {
      expect(behaviours.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, at) => at + 1));
    });

    for (const behaviour of behaviours) {
      const title = `${String(behaviour.number).padStart(2, '0')} ${behaviour.title}`;
      const reason = target.skip ?? (behaviour.needs === undefined ? undefined : target.lacks?.[behaviour.needs]);
      if (reason !== undefined) {
        it.skip(`${title} (${reason})`);
        continue;
      }
      it(title, async () => {
        expect(probe, 'the ledger was opened').toBeDefined();
        await behaviour.check(probe as Probe);
      });
    }
  });
}
