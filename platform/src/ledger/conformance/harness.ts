import type { LedgerClient } from '../port.ts';

/** A ledger under test, opened for one run of the suite. The probe contract (chaincode/probe) is installed in the carbon
 * contract's chaincode, with a private data collection `probe` of which both organisations are members. */
export interface LedgerUnderTest {
  /** The client to use now; another one after `restart`. All four roles are known to it. */
  client(): LedgerClient;
  /** Stops the ledger, as a machine is stopped, and starts it over the same data. */
  restart?(): Promise<void>;
  /** Keys of two of its identities, as nobody but a test may have them. */
  identities?(): Promise<{ readonly peer: SigningIdentity; readonly client: SigningIdentity }>;
  close(): Promise<void>;
}

export interface SigningIdentity {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** What a ledger may lack in a test's surroundings; what needs it is then reported as skipped, with the reason. */
export type Capability = 'restart' | 'executes-per-organisation';

export interface ConformanceTarget {
  open(): Promise<LedgerUnderTest>;
  /** Why nothing can run here, e.g. that no Fabric binaries are installed; everything is then reported as skipped. */
  readonly skip?: string | undefined;
  readonly lacks?: Partial<Readonly<Record<Capability, string>>>;
}

/** Names that the probe expects of every engine. */
export const organisations = { platform: 'PlatformMSP', city: 'CityMSP' } as const;
export const probeContract = 'probe';
/** A private data collection of which both organisations are members. */
export const probeCollection = 'probe';
