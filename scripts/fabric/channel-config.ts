import { join } from 'node:path';
import { channel, domainOf, host, ordererDomain } from './layout.ts';
import type { Layout, Orderer, Peer, Places } from './layout.ts';
import { channelCapabilities, consensusSection } from './ordering.ts';

type Settings = Readonly<Record<string, unknown>>;

const hosts = [host, 'localhost'];

/** What cryptogen makes: authorities, nodes and one administrator for each organisation. */
export function cryptoConfig(layout: Layout): Settings {
  const organisation = (name: string, domain: string, nodes: readonly string[]): Settings => ({
    Name: name,
    Domain: domain,
    EnableNodeOUs: true,
    Specs: nodes.map((node) => ({ Hostname: node, SANS: hosts })),
  });
  return {
    OrdererOrgs: [
      organisation(
        'Orderer',
        ordererDomain,
        layout.orderers.map(({ name }) => name),
      ),
    ],
    PeerOrgs: layout.peers.map((peer) => ({
      ...organisation(peer.mspId, peer.domain, [peer.name]),
      Users: { Count: 0 },
    })),
  };
}

const meta = (rule: string): Settings => ({ Type: 'ImplicitMeta', Rule: rule });
const signature = (rule: string): Settings => ({ Type: 'Signature', Rule: rule });
const commonPolicies = { Readers: meta('ANY Readers'), Writers: meta('ANY Writers'), Admins: meta('MAJORITY Admins') };

export const channelProfile = 'Carbon';

/** The channel's first block: both organisations have to endorse, blocks are cut after 50 ms. */
export function channelConfig(layout: Layout, places: Places): Settings {
  return {
    Profiles: {
      [channelProfile]: {
        Policies: commonPolicies,
        Capabilities: channelCapabilities(layout),
        Orderer: ordererSection(layout, places),
        Application: {
          Organizations: layout.peers.map((peer) => peerOrganisation(peer, places)),
          Policies: {
            ...commonPolicies,
            LifecycleEndorsement: meta('MAJORITY Endorsement'),
            Endorsement: meta('MAJORITY Endorsement'),
          },
          Capabilities: { V2_5: true },
        },
      },
    },
  };
}

function ordererSection(layout: Layout, places: Places): Settings {
  return {
    ...consensusSection(layout, places),
    BatchTimeout: '50ms',
    BatchSize: { MaxMessageCount: 500, AbsoluteMaxBytes: '10 MB', PreferredMaxBytes: '2 MB' },
    Organizations: layout.orderers.slice(0, 1).map((orderer) => ({
      Name: orderer.mspId,
      ID: orderer.mspId,
      MSPDir: join(places.organisation(orderer), 'msp'),
      OrdererEndpoints: layout.orderers.map(({ ports }) => `${host}:${ports.listen}`),
      Policies: {
        Readers: signature(`OR('${orderer.mspId}.member')`),
        Writers: signature(`OR('${orderer.mspId}.member')`),
        Admins: signature(`OR('${orderer.mspId}.admin')`),
      },
    })),
    Policies: { ...commonPolicies, BlockValidation: meta('ANY Writers') },
    Capabilities: { V2_0: true },
  };
}

function peerOrganisation(peer: Peer, places: Places): Settings {
  const { mspId } = peer;
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: join(places.organisation(peer), 'msp'),
    Policies: {
      Readers: signature(`OR('${mspId}.admin','${mspId}.peer','${mspId}.client')`),
      Writers: signature(`OR('${mspId}.admin','${mspId}.client')`),
      Admins: signature(`OR('${mspId}.admin')`),
      Endorsement: signature(`OR('${mspId}.peer')`),
    },
    // Without an anchor the other organisation's gateway finds no peer that could endorse.
    AnchorPeers: [{ Host: host, Port: peer.ports.listen }],
  };
}

/** orderer.yaml: an environment override acts only on keys that stand in the file, so the values stand in the file. */
export function ordererConfig(orderer: Orderer, places: Places): Settings {
  const identity = places.identity(orderer);
  const tls = (file: string): string => join(identity, 'tls', file);
  const data = join(places.node(orderer.name), 'data');
  return {
    General: {
      ListenAddress: host,
      ListenPort: orderer.ports.listen,
      TLS: { Enabled: true, PrivateKey: tls('server.key'), Certificate: tls('server.crt'), RootCAs: [tls('ca.crt')] },
      Cluster: {
        ClientCertificate: tls('server.crt'),
        ClientPrivateKey: tls('server.key'),
        RootCAs: [tls('ca.crt')],
        SendBufferSize: 100,
      },
      BootstrapMethod: 'none',
      LocalMSPDir: join(identity, 'msp'),
      LocalMSPID: orderer.mspId,
      BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
      Authentication: { TimeWindow: '15m' },
    },
    FileLedger: { Location: join(data, 'ledger') },
    Consensus: { WALDir: join(data, 'wal'), SnapDir: join(data, 'snapshots') },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
    Operations: { ListenAddress: `${host}:${orderer.ports.operations}`, TLS: { Enabled: false } },
    Admin: {
      ListenAddress: `${host}:${orderer.ports.admin}`,
      TLS: {
        Enabled: true,
        Certificate: tls('server.crt'),
        PrivateKey: tls('server.key'),
        RootCAs: [tls('ca.crt')],
        ClientAuthRequired: true,
        ClientRootCAs: [tls('ca.crt')],
      },
    },
    Metrics: { Provider: 'prometheus' },
  };
}

const concurrentRequests = 2_500;

/** core.yaml of a peer; also what its organisation's administrator uses on the command line. */
export function peerConfig(peer: Peer, places: Places): Settings {
  const data = join(places.node(peer.name), 'data');
  return {
    peer: peerSection(peer, places),
    // Empty, or /healthz waits for Docker for ever.
    vm: { endpoint: '' },
    chaincode: {
      mode: 'net',
      executetimeout: '30s',
      installTimeout: '60s',
      startuptimeout: '60s',
      logging: { level: 'error', shim: 'error' },
      system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
      externalBuilders: [{ name: 'ccaas', path: places.builder }],
    },
    ledger: {
      state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
      history: { enableHistoryDatabase: true },
      snapshots: { rootDir: join(data, 'snapshots') },
      pvtdataStore: { purgeInterval: 1 },
    },
    operations: { listenAddress: `${host}:${peer.ports.operations}`, tls: { enabled: false } },
    metrics: { provider: 'prometheus' },
  };
}

function peerSection(peer: Peer, places: Places): Settings {
  const identity = places.identity(peer);
  const address = `${host}:${peer.ports.listen}`;
  const chaincodeAddress = `${host}:${peer.ports.chaincode}`;
  return {
    id: `${peer.name}.${domainOf(peer)}`,
    networkId: channel,
    listenAddress: address,
    address,
    chaincodeListenAddress: chaincodeAddress,
    chaincodeAddress,
    localMspId: peer.mspId,
    mspConfigPath: join(identity, 'msp'),
    fileSystemPath: join(places.node(peer.name), 'data'),
    BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
    tls: {
      enabled: true,
      cert: { file: join(identity, 'tls', 'server.crt') },
      key: { file: join(identity, 'tls', 'server.key') },
      rootcert: { file: join(identity, 'tls', 'ca.crt') },
    },
    gossip: {
      bootstrap: address,
      externalEndpoint: address,
      useLeaderElection: false,
      orgLeader: true,
      state: { enabled: false },
      // A peer that joins dials the other one before it trusts its authority, and that dial cannot succeed: with the defaults
      // (3 s, then 25 s until the next, 4 s between announcements) organisations find each other seconds later.
      dialTimeout: '500ms',
      reconnectInterval: '250ms',
      aliveTimeInterval: '1s',
      membershipTrackerInterval: '1s',
      publishStateInfoInterval: '250ms',
      requestStateInfoInterval: '250ms',
      // Absent means 0: no private value would ever reach the other organisation in time.
      pvtData: {
        pushAckTimeout: '3s',
        pullRetryThreshold: '10s',
        transientstoreMaxBlockRetention: 1_000,
        btlPullMargin: 10,
        reconcileBatchSize: 10,
        reconcileSleepInterval: '1m',
        reconciliationEnabled: true,
      },
    },
    deliveryclient: { blockGossipEnabled: false },
    gateway: { enabled: true },
    discovery: { enabled: true },
    handlers: {
      authFilters: [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }],
      decorators: [{ name: 'DefaultDecorator' }],
      endorsers: { escc: { name: 'DefaultEndorsement' } },
      validators: { vscc: { name: 'DefaultValidation' } },
    },
    limits: {
      concurrency: {
        endorserService: concurrentRequests,
        deliverService: concurrentRequests,
        gatewayService: concurrentRequests,
      },
    },
  };
}
