import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { describe, expect, it } from 'vitest';
import { endorseFailure, statusFailure, submitFailure } from './failures.ts';

function gatewayError(code: status, message: string, detail?: string): GatewayError {
  const cause: ServiceError = Object.assign(new Error(message), { code, details: message, metadata: new Metadata() });
  return new GatewayError({
    code,
    message,
    cause,
    details: detail === undefined ? [] : [{ address: '127.0.0.1:1', mspId: 'CityMSP', message: detail }],
  });
}

describe('failures of a Fabric gateway', () => {
  it("takes the contract's code from the details, for a read and for a write", () => {
    for (const code of [status.UNKNOWN, status.ABORTED]) {
      const failure = endorseFailure(
        gatewayError(code, 'failed to endorse transaction', 'chaincode response 500, DAY_CLOSED: 2026-03-01'),
      );
      expect(failure).toMatchObject({
        kind: 'contract-refused',
        contractCode: 'DAY_CLOSED',
        message: 'DAY_CLOSED: 2026-03-01',
      });
    }
  });

  it.each([
    "You've asked to invoke a function that does not exist: X",
    'PUT_STATE failed: transaction ID: 5f: unsupported transaction. Writes are not allowed',
    'no DAY_CLOSED: of ours stands behind other words',
  ])('knows a refusal without a code of ours: %s', (text) => {
    const failure = endorseFailure(gatewayError(status.ABORTED, 'aborted', `chaincode response 500, ${text}`));
    expect(failure).toMatchObject({ kind: 'contract-refused', contractCode: undefined });
  });

  it.each([
    ['a peer is away', 'Unavailable: connection refused'],
    ['the contract server is away', 'could not launch chaincode carbon_1: connection refused'],
    ['organisations disagree', 'ProposalResponsePayloads do not match'],
  ])('asks to endorse again when %s', (_, detail) => {
    expect(endorseFailure(gatewayError(status.ABORTED, 'aborted', detail))).toMatchObject({ kind: 'endorse-failed' });
  });

  it.each([
    [status.INVALID_ARGUMENT, 'order-failed'],
    [status.ABORTED, 'order-failed'],
    [status.DEADLINE_EXCEEDED, 'outcome-unknown'],
    [status.UNAVAILABLE, 'outcome-unknown'],
    [status.UNKNOWN, 'outcome-unknown'],
  ])('reads a submission that failed with %i as %s', (code, kind) => {
    expect(submitFailure(gatewayError(code, 'no'), 'tx1')).toMatchObject({ kind, transactionId: 'tx1' });
  });

  it('never takes a missing status for an answer', () => {
    expect(statusFailure(gatewayError(status.DEADLINE_EXCEEDED, 'late'), 'tx1')).toMatchObject({
      kind: 'outcome-unknown',
    });
  });

  it('hands a defect on as it is', () => {
    const defect = new TypeError('x');
    expect(endorseFailure(defect)).toBe(defect);
    expect(submitFailure(defect, 'tx1')).toBe(defect);
  });
});
