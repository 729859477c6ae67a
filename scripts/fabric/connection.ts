import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate } from '../../platform/src/ledger/identities.ts';
import { chaincode, channel, domainOf, host } from './layout.ts';
import type { Peer } from './layout.ts';
import type { Tools } from './tools.ts';

/** Which organisation's identity plays a role; the agency closes days, the platform does the rest. */
const roles = {
  recorder: 'PlatformMSP',
  registrar: 'PlatformMSP',
  settler: 'PlatformMSP',
  auditor: 'CityMSP',
} as const;

/** Issues the service identities and writes the file from which a platform reaches this network. */
export async function writeConnection({ layout, places }: Tools): Promise<void> {
  const gatewayPeer = layout.peers.find(({ mspId }) => mspId === 'PlatformMSP');
  if (gatewayPeer === undefined) throw new Error('the platform has a peer');
  const authority = (peer: Peer): { readonly caCertificate: string; readonly caKey: string } => {
    const folder = join(places.organisation(peer), 'ca');
    const file = (suffix: string): string => readFileSync(join(folder, fileEnding(folder, suffix)), 'utf8');
    return { caCertificate: file('-cert.pem'), caKey: file('_sk') };
  };
  const identities: Record<string, unknown> = {};
  for (const [role, mspId] of Object.entries(roles)) {
    const peer = layout.peers.find((candidate) => candidate.mspId === mspId);
    if (peer === undefined) throw new Error(`no peer of ${mspId}`);
    const issued = await issueCertificate({
      ...authority(peer),
      commonName: `${role}.${domainOf(peer)}`,
      organisationalUnit: 'client',
      attributes: { 'tanhui.role': role },
      now: Date.now(),
    });
    identities[role] = { mspId, ...issued };
  }
  const connection = {
    channel,
    chaincode,
    peer: {
      endpoint: `${host}:${gatewayPeer.ports.listen}`,
      tlsRootCertificate: readFileSync(join(places.identity(gatewayPeer), 'tls', 'ca.crt'), 'utf8'),
      hostname: `${gatewayPeer.name}.${gatewayPeer.domain}`,
    },
    organisations: layout.peers.map((peer) => ({
      mspId: peer.mspId,
      rootCertificate: authority(peer).caCertificate,
    })),
    identities,
    // One command started every process here, so one operator runs them all.
    isSameOperator: true,
  };
  writeFileSync(places.connection, JSON.stringify(connection, undefined, 2), { mode: 0o600 });
}

function fileEnding(folder: string, suffix: string): string {
  const name = readdirSync(folder).find((candidate) => candidate.endsWith(suffix));
  if (name === undefined) throw new Error(`no file ending with ${suffix} in ${folder}`);
  return name;
}
