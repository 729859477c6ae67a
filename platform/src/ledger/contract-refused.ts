import { LedgerFailure } from './port.ts';

/** Our contract's refusals begin with their code; words of the shim or of a peer are none, whatever stands before a colon in them. */
const code = /^([A-Z][A-Z_]+): /;

/** The failure that a contract's own words make. */
export function contractRefused(message: string, cause?: unknown): LedgerFailure {
  const contractCode = code.exec(message)?.[1];
  return new LedgerFailure('contract-refused', message, { cause, ...(contractCode !== undefined && { contractCode }) });
}
