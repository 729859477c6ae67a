import type { Services } from './services.ts';

const patienceMs = 2_000;

export interface Readiness {
  readonly store: boolean;
  readonly ledger: boolean;
  /** Height of the ledger; 0 where it does not answer. */
  readonly ledgerBlocks: number;
}

/** 就绪: whether store and ledger answer within two seconds. */
export async function readinessOf({ store, ledger }: Pick<Services, 'store' | 'ledger'>): Promise<Readiness> {
  const [health, height] = await Promise.all([inTime(store.health()), inTime(ledger.height())]);
  return { store: health?.writable === true, ledger: height !== undefined, ledgerBlocks: height ?? 0 };
}

/** What did not come in time, or failed, is nothing. */
function inTime<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(undefined);
    }, patienceMs);
    const settle = (answer: Answer | undefined): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    asked.then(settle, () => {
      settle(undefined);
    });
  });
}
