import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chaincode, channel, host } from './layout.ts';
import type { Peer } from './layout.ts';
import type { Tools } from './tools.ts';
import { chaincodePackage } from './package.ts';
import type { ChaincodePackage } from './package.ts';
import { until } from './readiness.ts';

const version = '1';
const sequence = '1';

/** Private collection of the probe contract; the carbon contract has none. */
const probeCollections = [
  {
    name: 'probe',
    policy: "OR('PlatformMSP.member','CityMSP.member')",
    requiredPeerCount: 0,
    maxPeerCount: 1,
    blockToLive: 0,
    memberOnlyRead: true,
    memberOnlyWrite: true,
  },
];

/** The package of an organisation: it names that organisation's own contract server. */
export function contractPackage({ places }: Tools, peer: Peer): ChaincodePackage {
  return chaincodePackage({
    label: `${chaincode}_${version}`,
    address: `${host}:${peer.ports.contract}`,
    rootCertificate: readFileSync(join(places.identity(peer), 'tls', 'ca.crt'), 'utf8'),
  });
}

/** Installs on each peer, approves for each organisation, commits; each step is tried again until it is taken. */
export async function commitChaincode(tools: Tools): Promise<void> {
  const { layout } = tools;
  await Promise.all(
    layout.peers.map(async (peer) => {
      await install(tools, peer);
      await asAdmin(tools, peer, [
        'approveformyorg',
        ...definition(tools),
        '--package-id',
        contractPackage(tools, peer).id,
      ]);
    }),
  );
  const [first] = layout.peers;
  if (first === undefined) throw new Error('a network has peers');
  const targets = layout.peers.flatMap((peer) => [
    ...['--peerAddresses', `${host}:${peer.ports.listen}`],
    ...['--tlsRootCertFiles', join(tools.places.identity(peer), 'tls', 'ca.crt')],
  ]);
  await asAdmin(tools, first, ['commit', ...definition(tools), ...targets]);
}

async function install(tools: Tools, peer: Peer): Promise<void> {
  const folder = join(tools.places.root, 'packages');
  const file = join(folder, `${peer.name}.tar.gz`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, contractPackage(tools, peer).bytes);
  await asAdmin(tools, peer, ['install', file]);
}

function definition({ places, layout }: Tools): readonly string[] {
  const [orderer] = layout.orderers;
  if (orderer === undefined) throw new Error('a network has an orderer');
  const flags = [
    ...['--channelID', channel, '--name', chaincode, '--version', version, '--sequence', sequence],
    ...['-o', `${host}:${orderer.ports.listen}`, '--tls'],
    ...['--cafile', join(places.identity(orderer), 'tls', 'ca.crt')],
  ];
  if (!layout.isProbe) return flags;
  const file = join(places.root, 'collections.json');
  writeFileSync(file, JSON.stringify(probeCollections));
  return [...flags, '--collections-config', file];
}

const retryMs = 200;
const giveUpMs = 30_000;

function asAdmin({ options, places, run }: Tools, peer: Peer, args: readonly string[]): Promise<void> {
  const environment = {
    FABRIC_CFG_PATH: places.node(peer.name),
    CORE_PEER_MSPCONFIGPATH: join(places.admin(peer), 'msp'),
  };
  return until(`${args[0] ?? ''} for ${peer.mspId}`, {
    everyMs: retryMs,
    timeoutMs: giveUpMs,
    signal: options.signal,
    ask: async () => {
      await run(options.binaries.peer, ['lifecycle', 'chaincode', ...args], environment);
    },
  });
}
