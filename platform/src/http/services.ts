import type { ClosingAsked } from '../carbon/index.ts';
import type { Backups } from '../backups/index.ts';
import type { IntakeDeps } from '../intake/index.ts';
import type { AuditTrail, Clock, Log, Random } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import type { PluginRegistry } from '../plugin-host/index.ts';
import type { DocumentStore, Transaction } from '../storage/index.ts';
import type { MetricsRegistry } from '../runtime/metrics.ts';
import type { RefusalTexts } from './errors.ts';
import type { Tokens } from './tokens.ts';

/** What the routes call; compose makes it once. */
export interface Services {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly intake: IntakeDeps;
  readonly catalogue: MethodologyCatalogue;
  readonly plugins: PluginRegistry;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly texts: RefusalTexts;
  /** Written in the unit of work of the act that it tells of. */
  readonly trail: AuditTrail<Transaction>;
  readonly metrics: MetricsRegistry;
  /** Absent where the data stand in a database or a network that has its own tools. */
  readonly backups?: Backups;
  readonly isDemo: boolean;
  /** Takes every due payment one step further, now; waits for it a few seconds at most. */
  readonly payNow: () => Promise<void>;
  /** Seals everything that waits, now. */
  readonly sealNow: () => Promise<void>;
  /** Closes a day on the ledger. */
  readonly closeDay: (asked: ClosingAsked) => Promise<void>;
  /** How long after its event a record of a programme may still arrive, in milliseconds. */
  readonly latenessMsOf: (programme: string) => number;
}
