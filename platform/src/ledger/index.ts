export { isRefusedAgain, orderEnvelope, writerOf } from './ordering.ts';
export type { Order, OrderEnd, Writer } from './ordering.ts';
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
