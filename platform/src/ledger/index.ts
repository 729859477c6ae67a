export { isRefusedAgain, orderEnvelope } from './ordering.ts';
export type { Order, OrderEnd } from './ordering.ts';
export { LedgerFailure, validationCodes } from './port.ts';
export { ledgerRefusal, ledgerRefusals, refuseLedger } from './refusals.ts';
export type {
  Commit,
  ContractCall,
  Endorsed,
  EventPosition,
  LedgerBlock,
  LedgerClient,
  LedgerDescription,
  LedgerEvent,
  LedgerFailureKind,
  LedgerRole,
} from './port.ts';
export { readIfKnown, writerOf, writtenAlready } from './writers.ts';
export type { Writer, WrittenOnce } from './writers.ts';
