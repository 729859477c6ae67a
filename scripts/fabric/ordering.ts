import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from '../../platform/src/cli/fabric-binaries.ts';
import { domainOf, host, profiles } from './layout.ts';
import type { Layout, Orderer, Places } from './layout.ts';
import { writeJson } from './tools.ts';

type Settings = Readonly<Record<string, unknown>>;

/** How the orderers of a layout agree 排序: what the channel's first block says of it. */
export function consensusSection(layout: Layout, places: Places): Settings {
  return profiles[layout.profile].consensus === 'raft' ? raftSection(layout, places) : bftSection(layout, places);
}

/** Byzantine fault tolerance is a capability of the whole channel. */
export function channelCapabilities({ profile }: Layout): Settings {
  return { [profiles[profile].consensus === 'raft' ? 'V2_0' : 'V3_0']: true };
}

function raftSection(layout: Layout, places: Places): Settings {
  return {
    OrdererType: 'etcdraft',
    EtcdRaft: {
      Consenters: layout.orderers.map((orderer) => consenter(orderer, places)),
      Options: {
        TickInterval: '100ms',
        ElectionTick: 10,
        HeartbeatTick: 1,
        MaxInflightBlocks: 5,
        SnapshotIntervalSize: '16 MB',
      },
    },
  };
}

/** With upstream's timeouts a dead leader costs 22 s; with these under 2. */
const smartBft = {
  RequestBatchMaxInterval: '50ms',
  RequestForwardTimeout: '500ms',
  RequestComplainTimeout: '2s',
  RequestAutoRemoveTimeout: '3m0s',
  ViewChangeResendInterval: '1s',
  ViewChangeTimeout: '4s',
  LeaderHeartbeatTimeout: '2s',
  LeaderHeartbeatCount: 10,
  CollectTimeout: '1s',
  RequestBatchMaxCount: 100,
  RequestBatchMaxBytes: 10_485_760,
  IncomingMessageBufferSize: 200,
  RequestPoolSize: 4_000,
};

function bftSection(layout: Layout, places: Places): Settings {
  return {
    OrdererType: 'BFT',
    SmartBFT: smartBft,
    ConsenterMapping: layout.orderers.map((orderer, at) => ({
      ID: at + 1,
      MSPID: orderer.mspId,
      Identity: join(places.identity(orderer), 'msp', 'signcerts', `${orderer.name}.${domainOf(orderer)}-cert.pem`),
      ...consenter(orderer, places),
    })),
  };
}

function consenter(orderer: Orderer, places: Places): Settings {
  const certificate = join(places.identity(orderer), 'tls', 'server.crt');
  return { Host: host, Port: orderer.ports.listen, ClientTLSCert: certificate, ServerTLSCert: certificate };
}

/** Whether these programs know ordering that bears a dishonest orderer (3.x does, 2.5 does not): asked of the program itself, for a self-built one may say any version. */
export function canOrderBft({ configtxgen }: Pick<Binaries, 'configtxgen'>): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-bft-'));
  try {
    writeJson(join(folder, 'configtx.yaml'), { Profiles: { Bft: { Orderer: { OrdererType: 'BFT' } } } });
    const args = ['-profile', 'Bft', '-channelID', 'bft', '-outputBlock', join(folder, 'block')];
    const { stderr } = spawnSync(configtxgen, args, { encoding: 'utf8', env: { FABRIC_CFG_PATH: folder } });
    return !/unknown orderer type/i.test(stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Refuses a profile that the programs cannot order. */
export function refuseUnknownOrdering(layout: Pick<Layout, 'profile'>, binaries: Binaries): void {
  if (profiles[layout.profile].consensus === 'raft' || canOrderBft(binaries)) return;
  throw new Error(
    `${layout.profile} needs Hyperledger Fabric 3.x 需要 Fabric 3.x: ${binaries.configtxgen} does not know BFT ordering. Name 3.1.5 in FABRIC_BIN, or take raft-3`,
  );
}
