import { status } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { contractRefused } from '../contract-refused.ts';
import { LedgerFailure } from '../port.ts';

/** What the gateway puts before the text of a contract that refused. */
const contractAnswer = /chaincode response \d+, ([\s\S]*)/;

/** A call that had no effect: either the contract refused, or the endorsers did not answer as they should. */
export function endorseFailure(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const texts = [...error.details.map(({ message }) => message), error.message];
  for (const text of texts) {
    const refusal = contractAnswer.exec(text)?.[1];
    if (refusal !== undefined) return contractRefused(refusal, error);
  }
  return new LedgerFailure('endorse-failed', texts.join('; '), { cause: error });
}

/** Codes after which ordering certainly holds nothing: the request was refused before or by an orderer. */
const refusedByOrdering: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.FAILED_PRECONDITION,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
]);

/** An envelope whose submission failed; whatever is not a plain refusal may still be ordered. */
export function submitFailure(error: unknown, transactionId: string): unknown {
  if (!(error instanceof GatewayError)) return error;
  const kind = refusedByOrdering.has(error.code) ? 'order-failed' : 'outcome-unknown';
  return new LedgerFailure(kind, textOf(error), { cause: error, transactionId });
}

/** A status that could not be had says nothing about the transaction. */
export function statusFailure(error: unknown, transactionId: string): unknown {
  if (!(error instanceof GatewayError)) return error;
  return new LedgerFailure('outcome-unknown', textOf(error), { cause: error, transactionId });
}

/** Whether asking again may help: the peer is away, or an answer was late. */
export function isPassing(error: unknown): boolean {
  return error instanceof GatewayError && passing.has(error.code);
}

const passing: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.CANCELLED,
  status.ABORTED,
  status.UNKNOWN,
  status.INTERNAL,
  status.RESOURCE_EXHAUSTED,
  status.DEADLINE_EXCEEDED,
]);

function textOf(error: GatewayError): string {
  return [...error.details.map(({ message }) => message), error.message].join('; ');
}
