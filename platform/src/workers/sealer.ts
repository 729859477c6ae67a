import type { SealingDeps } from '../carbon/index.ts';
import { sealStep } from '../carbon/index.ts';

/** A bounded loop that one replica holds; stop() waits for the step under way. */
export interface Worker {
  stop(): Promise<void>;
}

const idleMs = 100;
const troubledMs = 2_000;

/** 封存工: seals what waits, rests when there is nothing, and rests longer when the ledger does not answer. */
export function startSealer(deps: SealingDeps): Worker {
  const aborted = new AbortController();
  const running = loop(deps, aborted.signal);
  return {
    async stop() {
      aborted.abort();
      await running;
    },
  };
}

async function loop(deps: SealingDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { did } = await sealStep(deps);
      if (did !== 'sealed') await rest(did === 'waiting' ? troubledMs : idleMs, signal);
    } catch (error) {
      deps.log.error('seal.defect', {}, error);
      await rest(troubledMs, signal);
    }
  }
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** Seals everything that waits, without the delay; the end of an import asks for it. */
export async function sealAll(deps: SealingDeps): Promise<{ readonly batches: number; readonly records: number }> {
  let [sealed, records] = [0, 0];
  for (;;) {
    const step = await sealStep(deps, { now: true });
    if (step.did !== 'sealed') return { batches: sealed, records };
    sealed += 1;
    records += step.records;
  }
}
