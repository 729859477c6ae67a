import { createPrivateKey } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, signers } from '@hyperledger/fabric-gateway';
import type { Gateway, Network } from '@hyperledger/fabric-gateway';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../kernel/index.ts';
import type { LedgerRole } from '../port.ts';
import type { FabricConnection } from './connection.ts';

/** One role's way to the ledger. */
export interface Seat {
  readonly gateway: Gateway;
  readonly network: Network;
  readonly key: KeyObject;
}

/** All roles share one connection to the gateway peer. */
export interface Session {
  readonly connection: FabricConnection;
  readonly clock: Clock;
  seat(role: LedgerRole): Seat;
  /** A grpc deadline that far from now. */
  deadline(timeoutMs: number): { readonly deadline: number };
  close(): void;
}

const evaluateMs = 15_000;
const endorseMs = 30_000;
const submitMs = 15_000;
const maxMessageBytes = 100 * 1024 * 1024;

const channelOptions = {
  'grpc.max_receive_message_length': maxMessageBytes,
  'grpc.max_send_message_length': maxMessageBytes,
  // The library's own backoff grows to two minutes, long after a peer is back.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 120_000,
};

export function openSession(connection: FabricConnection, clock: Clock): Session {
  const { peer } = connection;
  const client = new Client(peer.endpoint, credentials.createSsl(Buffer.from(peer.tlsRootCertificate)), {
    ...channelOptions,
    'grpc.ssl_target_name_override': peer.hostname,
    'grpc.default_authority': peer.hostname,
  });
  const deadline = (timeoutMs: number): { readonly deadline: number } => ({ deadline: clock.now() + timeoutMs });
  const sit = (role: LedgerRole): Seat => {
    const { mspId, certificate, privateKey } = connection.identities[role];
    const key = createPrivateKey(privateKey);
    const gateway = connect({
      client,
      identity: { mspId, credentials: Buffer.from(certificate) },
      signer: signers.newPrivateKeySigner(key),
      evaluateOptions: () => deadline(evaluateMs),
      endorseOptions: () => deadline(endorseMs),
      submitOptions: () => deadline(submitMs),
    });
    return { gateway, network: gateway.getNetwork(connection.channel), key };
  };
  const seats = {
    recorder: sit('recorder'),
    registrar: sit('registrar'),
    settler: sit('settler'),
    auditor: sit('auditor'),
  };
  return {
    connection,
    clock,
    deadline,
    seat: (role) => seats[role],
    close() {
      for (const { gateway } of Object.values(seats)) gateway.close();
      client.close();
    },
  };
}
