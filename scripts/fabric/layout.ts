import { join } from 'node:path';

export const channel = 'carbon';
export const chaincode = 'carbon';
/** The names stand in certificates only; every process listens on the loopback address. */
export const host = '127.0.0.1';

/** How many orderers agree on the order of blocks, and how: Raft bears crashed ones, BFT also dishonest ones (one of four). */
export const profiles = {
  'raft-1': { orderers: 1, consensus: 'raft' },
  'raft-3': { orderers: 3, consensus: 'raft' },
  'bft-4': { orderers: 4, consensus: 'bft' },
} as const;
export type Profile = keyof typeof profiles;

export interface Orderer {
  readonly name: string;
  readonly mspId: 'OrdererMSP';
  readonly ports: { readonly listen: number; readonly admin: number; readonly operations: number };
}

export interface Peer {
  readonly name: string;
  readonly mspId: 'PlatformMSP' | 'CityMSP';
  readonly domain: string;
  readonly ports: {
    readonly listen: number;
    readonly chaincode: number;
    readonly operations: number;
    /** Its organisation's own contract server 合约服务. */
    readonly contract: number;
  };
}

/** What stands where; made once for a network and kept, because certificates and the genesis block name the ports. */
export interface Layout {
  readonly profile: Profile;
  readonly isProbe: boolean;
  readonly orderers: readonly Orderer[];
  readonly peers: readonly Peer[];
}

export const ordererDomain = 'orderer.tanhui.example';

export const portsNeeded = (profile: Profile): number => profiles[profile].orderers * 3 + 2 * 4;

/** Gives every listener its port, in order. */
export function layoutOf(
  profile: Profile,
  options: { readonly isProbe: boolean; readonly ports: readonly number[] },
): Layout {
  const free = options.ports.values();
  const port = (): number => {
    const next = free.next();
    if (next.done) throw new Error('fewer ports than listeners');
    return next.value;
  };
  const orderers = Array.from({ length: profiles[profile].orderers }, (_, at): Orderer => ({
    name: `orderer${at + 1}`,
    mspId: 'OrdererMSP',
    ports: { listen: port(), admin: port(), operations: port() },
  }));
  const peers = (
    [
      ['platform', 'PlatformMSP'],
      ['city', 'CityMSP'],
    ] as const
  ).map(([name, mspId]): Peer => ({
    name,
    mspId,
    domain: `${name}.tanhui.example`,
    ports: { listen: port(), chaincode: port(), operations: port(), contract: port() },
  }));
  return { profile, isProbe: options.isProbe, orderers, peers };
}

/** Where the files of one network are. */
export interface Places {
  readonly root: string;
  readonly crypto: string;
  readonly genesis: string;
  readonly builder: string;
  readonly connection: string;
  readonly state: string;
  readonly processes: string;
  readonly logs: string;
  node(name: string): string;
  /** cryptogen's folder of an orderer or peer, with msp/ and tls/. */
  identity(node: Orderer | Peer): string;
  /** Folder of a peer's or orderer's organisation, with ca/, msp/, tlsca/ and users/. */
  organisation(node: Orderer | Peer): string;
  /** The administrator of a node's organisation, with msp/ and tls/. */
  admin(node: Orderer | Peer): string;
}

export function domainOf(node: Orderer | Peer): string {
  return 'domain' in node ? node.domain : ordererDomain;
}

export function placesOf(root: string): Places {
  const crypto = join(root, 'crypto');
  const organisation = (node: Orderer | Peer): string =>
    join(crypto, 'domain' in node ? 'peerOrganizations' : 'ordererOrganizations', domainOf(node));
  return {
    root,
    crypto,
    genesis: join(root, 'genesis.block'),
    builder: join(root, 'builder'),
    connection: join(root, 'connection.json'),
    state: join(root, 'network.json'),
    processes: join(root, 'processes.json'),
    logs: join(root, 'logs'),
    node: (name) => join(root, 'nodes', name),
    organisation,
    identity: (node) =>
      join(organisation(node), 'domain' in node ? 'peers' : 'orderers', `${node.name}.${domainOf(node)}`),
    admin: (node) => join(organisation(node), 'users', `Admin@${domainOf(node)}`),
  };
}
