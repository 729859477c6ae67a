import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { host } from './layout.ts';
import type { Orderer, Peer } from './layout.ts';
import { contractPackage } from './lifecycle.ts';
import { isRunning, launch, readProcesses, writeProcesses } from './processes.ts';
import type { Launch } from './processes.ts';
import { askHealth, askListening, isFree, until } from './readiness.ts';
import type { Tools } from './tools.ts';

const readyMs = 60_000;

/** Refuses while another program holds a port of this network: its certificates and first block name the ports. */
export async function refuseBusyPorts({ layout, options }: Tools): Promise<void> {
  for (const { name, ports } of [...layout.orderers, ...layout.peers])
    for (const port of Object.values(ports))
      if (!(await isFree(port)))
        throw new Error(
          `port ${port} of ${name} is taken by another program: end that program, or discard the network in ${options.folder} with --fresh`,
        );
}

/** Starts orderers and peers and waits until each says that it is well. */
export async function startNodes(tools: Tools): Promise<void> {
  const { options, places, layout } = tools;
  const { orderer, peer } = options.binaries;
  const nodes = [
    ...layout.orderers.map((node) => ({ ...node, command: orderer, args: [] as string[] })),
    ...layout.peers.map((node) => ({ ...node, command: peer, args: ['node', 'start'] })),
  ];
  for (const { name, command, args } of nodes) {
    const cwd = places.node(name);
    start(tools, { name, command, args, cwd, environment: { FABRIC_CFG_PATH: cwd } });
  }
  await Promise.all(nodes.map(({ name, ports }) => alive(tools, name, () => askNode(ports))));
  options.say(`${nodes.map(({ name }) => name).join(', ')} healthy 节点就绪`);
}

/** A node says that it is well a moment before it listens. */
async function askNode(ports: Orderer['ports'] | Peer['ports']): Promise<void> {
  await askHealth(ports.operations);
  await askListening(ports.listen);
  if ('admin' in ports) await askListening(ports.admin);
}

/** Waits until a process answers; one that has ended will not, so that is said at once, with the end of its log. */
async function alive({ places, options }: Tools, name: string, ask: () => Promise<void>): Promise<void> {
  const log = join(places.logs, `${name}.log`);
  const isGone = (): boolean => {
    const record = readProcesses(places.processes).find((entry) => entry.name === name);
    return record === undefined || !isRunning(record);
  };
  await until(name, {
    everyMs: 50,
    timeoutMs: readyMs,
    ask,
    signal: options.signal,
    giveUp: () =>
      isGone() ? `${name} ended; the last of ${log}:\n${readFileSync(log, 'utf8').slice(-logTail)}` : undefined,
  });
}

const logTail = 1_200;

function start({ places, options }: Tools, wanted: Omit<Launch, 'log'>): void {
  options.signal?.throwIfAborted();
  launch({ ...wanted, log: join(places.logs, `${wanted.name}.log`) }, (record) => {
    const others = readProcesses(places.processes).filter(({ name }) => name !== record.name);
    writeProcesses(places.processes, [...others, record]);
  });
}

const contractName = (peer: { readonly name: string }): string => `contract-${peer.name}`;

/** One contract server an organisation: each executes for itself what it endorses. */
export async function startContracts(tools: Tools): Promise<void> {
  const { peers } = tools.layout;
  for (const peer of peers) startContract(tools, peer);
  await Promise.all(peers.map((peer) => alive(tools, contractName(peer), () => askListening(peer.ports.contract))));
  tools.options.say('contract servers listening 合约服务就绪');
}

function startContract(tools: Tools, peer: Peer): void {
  const { options, places, layout } = tools;
  const chaincodeFolder = join(options.checkout, 'chaincode');
  const cli = createRequire(join(chaincodeFolder, 'package.json')).resolve('fabric-shim/cli.js');
  const tls = (file: string): string => join(places.identity(peer), 'tls', file);
  start(tools, {
    name: contractName(peer),
    command: process.execPath,
    args: [
      '--disable-warning=DEP0040',
      cli,
      'server',
      ...['--chaincode-address', `${host}:${peer.ports.contract}`],
      ...['--chaincode-id', contractPackage(tools, peer).id],
      ...['--chaincode-tls-cert-file', tls('server.crt'), '--chaincode-tls-key-file', tls('server.key')],
    ],
    // The server loads the package of its working directory.
    cwd: layout.isProbe ? join(chaincodeFolder, 'probe') : chaincodeFolder,
    environment: {
      CORE_CHAINCODE_LOGGING_LEVEL: 'error',
      CORE_CHAINCODE_LOGGING_SHIM: 'error',
      CORE_PEER_LOCALMSPID: peer.mspId,
    },
  });
}
