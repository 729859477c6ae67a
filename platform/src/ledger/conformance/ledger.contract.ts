import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from './behaviour.ts';
import { callBehaviours } from './calls.contract.ts';
import type { ConformanceTarget, LedgerUnderTest } from './harness.ts';
import type { Probe } from './probe.ts';
import { createProbe } from './probe.ts';
import { stateBehaviours } from './state.contract.ts';

const behaviours: readonly Behaviour[] = [...stateBehaviours, ...callBehaviours].sort(
  (first, second) => first.number - second.number,
);

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
