import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { channelConfig, channelProfile, cryptoConfig, ordererConfig, peerConfig } from './channel-config.ts';
import { channel, host, profiles } from './layout.ts';
import type { Orderer } from './layout.ts';
import { builderScripts } from './package.ts';
import { askLeader, until } from './readiness.ts';
import { writeJson } from './tools.ts';
import type { Tools } from './tools.ts';

/** Authorities, node certificates, the first block and every configuration file; all of them are JSON, which YAML reads. */
export async function makeCertificates({ options, places, layout, run }: Tools): Promise<void> {
  const { binaries } = options;
  const cryptoFile = join(places.root, 'crypto-config.json');
  writeJson(cryptoFile, cryptoConfig(layout));
  await run(binaries.cryptogen, ['generate', `--config=${cryptoFile}`, `--output=${places.crypto}`]);
  writeJson(join(places.root, 'channel', 'configtx.yaml'), channelConfig(layout, places));
  await run(binaries.configtxgen, ['-profile', channelProfile, '-channelID', channel, '-outputBlock', places.genesis], {
    FABRIC_CFG_PATH: join(places.root, 'channel'),
  });
  for (const orderer of layout.orderers)
    writeJson(join(places.node(orderer.name), 'orderer.yaml'), ordererConfig(orderer, places));
  for (const peer of layout.peers) writeJson(join(places.node(peer.name), 'core.yaml'), peerConfig(peer, places));
  for (const [name, text] of Object.entries(builderScripts)) {
    const file = join(places.builder, 'bin', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
  options.say('certificates and first block made 证书与创世块已生成');
}

/** Joins every orderer, then every peer as its organisation's administrator, and waits for a leader. */
export async function joinChannel(tools: Tools): Promise<void> {
  const { options, places, layout, run } = tools;
  await Promise.all(layout.orderers.map((orderer) => joinOrderer(tools, orderer)));
  await Promise.all(
    layout.peers.map((peer) =>
      run(options.binaries.peer, ['channel', 'join', '-b', places.genesis], {
        FABRIC_CFG_PATH: places.node(peer.name),
        CORE_PEER_MSPCONFIGPATH: join(places.admin(peer), 'msp'),
      }),
    ),
  );
  await leader(tools);
  options.say('channel joined 通道已加入');
}

async function joinOrderer({ options, places, run }: Tools, orderer: Orderer): Promise<void> {
  const tls = (file: string): string => join(places.admin(orderer), 'tls', file);
  await run(options.binaries.osnadmin, [
    ...['channel', 'join', '--channelID', channel, '--config-block', places.genesis],
    ...['--orderer-address', `${host}:${orderer.ports.admin}`],
    ...['--ca-file', tls('ca.crt'), '--client-cert', tls('client.crt'), '--client-key', tls('client.key')],
  ]);
}

const leaderMs = 60_000;

/** Raft says who leads; with BFT ordering the endorsed and ordered contract is the sign. */
export async function leader({ layout, options: { signal } }: Tools): Promise<void> {
  if (profiles[layout.profile].consensus !== 'raft') return;
  const ports = layout.orderers.map(({ ports: { operations } }) => operations);
  await until('a leader among the orderers', {
    everyMs: 50,
    timeoutMs: leaderMs,
    ask: () => askLeader(channel, ports),
    signal,
  });
}
