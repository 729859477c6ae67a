export { createLease, isLeaseLost, leases, underLease } from './leases.ts';
export type { Lease, LeaseDeps } from './leases.ts';
export { everyAt, everyOf, pagesOf } from './paging.ts';
export type { WholeQuery } from './paging.ts';
export { StorageConflict } from './port.ts';
export { refuseStorage, storageRefusals } from './refusals.ts';
export type {
  Collection,
  Cursor,
  Document,
  DocumentStore,
  IndexDefinition,
  InsertAnswer,
  NewDocument,
  Page,
  Query,
  Reader,
  Replacement,
  Stored,
  Transaction,
} from './port.ts';
