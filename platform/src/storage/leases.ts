import type { Clock } from '../kernel/index.ts';
import { Refusal, required } from '../kernel/index.ts';
import type { Collection, DocumentStore, Transaction } from './port.ts';
import { refuseStorage } from './refusals.ts';

/** 租约: which server does a piece of work that only one may do. */
export interface LeaseDocument {
  readonly holder: string;
  /** Fencing token: one more with each server that takes the lease. */
  readonly token: number;
  readonly expiresAt: number;
}

export const leases: Collection<LeaseDocument> = {
  name: 'leases',
  keys: { exception: 'one document for each worker, by its name' },
  indexes: [],
};

/** How long a server that is gone holds others up; what it does after that time is refused, however late it comes. */
const lifetimeMs = 15_000;

export interface Lease {
  /** Takes the lease where nobody holds it, or prolongs it; answers whether it is this server's now. */
  hold(): Promise<boolean>;
  /** The store under the lease: a unit of work commits only while the lease is the one that was taken, else `STORAGE_LEASE_LOST`. */
  readonly store: DocumentStore;
  /** Gives it back, so that others need not wait for it to run out. */
  release(): Promise<void>;
}

export interface LeaseDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  /** This server. Where there can be only one, a fixed name, so that it takes up at once what it left when it was killed. */
  readonly holder: string;
}

/**
 * Clocks of two servers may differ, and a server may stand still for a minute between two lines of code. So the time decides only who may try; what keeps two from
 * working at once is the token, which each unit of work holds as it read it.
 */
export function createLease(deps: LeaseDeps, name: string): Lease {
  const { store, clock } = deps;
  const mine: Mine = { token: 0, until: 0 };
  return {
    async hold() {
      if (mine.token > 0 && clock.now() < mine.until - lifetimeMs / 2) return true;
      const taken = await store.unitOfWork((tx) => take(tx, deps, { name, mine }));
      Object.assign(mine, taken ?? { token: 0, until: 0 });
      return taken !== undefined;
    },
    store: {
      ...store,
      unitOfWork: (work) =>
        store.unitOfWork(async (tx) => {
          await fence(tx, name, mine);
          return work(tx);
        }),
    },
    async release() {
      if (mine.token === 0) return;
      await store.unitOfWork((tx) => giveBack(tx, name, mine));
      Object.assign(mine, { token: 0, until: 0 });
    },
  };
}

interface Mine {
  readonly token: number;
  readonly until: number;
}

const nobodys: LeaseDocument = { holder: '', token: 0, expiresAt: 0 };

async function take(
  tx: Transaction,
  { clock, holder }: LeaseDeps,
  { name, mine }: { readonly name: string; readonly mine: Mine },
): Promise<Mine | undefined> {
  const now = clock.now();
  const stored = await tx.get(leases, name);
  const { version, value: found } = stored ?? { version: 0, value: nobodys };
  const isOurs = found.holder === holder;
  if (!isOurs && found.expiresAt > now) return undefined;
  const token = isOurs && found.token === mine.token ? mine.token : found.token + 1;
  const value = { holder, token, expiresAt: now + lifetimeMs };
  await tx.replaceMany(leases, [{ key: name, version, value }]);
  return { token, until: value.expiresAt };
}

async function fence(tx: Transaction, name: string, mine: Mine): Promise<void> {
  const stored = await tx.get(leases, name);
  if (stored?.value.token !== mine.token) throw refuseStorage('STORAGE_LEASE_LOST', { lease: name });
  await tx.holdMany(leases, [required(stored, 'lease')]);
}

async function giveBack(tx: Transaction, name: string, mine: Mine): Promise<void> {
  const stored = await tx.get(leases, name);
  if (stored?.value.token !== mine.token) return;
  await tx.replaceMany(leases, [{ ...stored, value: { ...stored.value, expiresAt: 0 } }]);
}

/** One step of a worker under its lease; `otherwise` where another server has it, or took it meanwhile. */
export async function underLease<Result>(
  lease: Lease,
  step: () => Promise<Result>,
  otherwise: Result,
): Promise<Result> {
  if (!(await lease.hold())) return otherwise;
  try {
    return await step();
  } catch (error) {
    if (isLeaseLost(error)) return otherwise;
    throw error;
  }
}

/** Whether another server took the lease in the middle of a step: what the step wrote last was refused, and nothing is wrong. */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'STORAGE_LEASE_LOST';
}
