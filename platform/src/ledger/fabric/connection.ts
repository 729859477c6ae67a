import { z } from 'zod';

const identity = z.object({
  mspId: z.string().min(1),
  certificate: z.string().min(1),
  privateKey: z.string().min(1).describe('PKCS#8, PEM'),
});

const connection = z.object({
  channel: z.string().min(1),
  chaincode: z.string().min(1),
  peer: z.object({
    endpoint: z.string().min(1).describe('host:port of the gateway peer'),
    tlsRootCertificate: z.string().min(1),
    hostname: z.string().min(1).describe('Name in the TLS certificate of the peer'),
  }),
  organisations: z.array(z.object({ mspId: z.string().min(1), rootCertificate: z.string().min(1) })).min(1),
  identities: z.object({ recorder: identity, registrar: identity, settler: identity, auditor: identity }),
  isSameOperator: z.boolean().describe('Whether one operator runs every organisation'),
});

/** How to reach a Fabric network and as whom; it holds keys, so its file is for the operator's eyes only. */
export type FabricConnection = z.infer<typeof connection>;

/** Reads a connection file; throws with the place of what does not fit. */
export function readConnection(text: string): FabricConnection {
  return connection.parse(JSON.parse(text));
}
