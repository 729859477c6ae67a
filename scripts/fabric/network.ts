import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { channelConfig, channelProfile, cryptoConfig, ordererConfig, peerConfig } from './channel-config.ts';
import { writeConnection } from './connection.ts';
import { channel, layoutOf, placesOf, portsNeeded } from './layout.ts';
import type { Layout, Places, Profile } from './layout.ts';
import { commitChaincode, contractPackage } from './lifecycle.ts';
import { builderScripts } from './package.ts';
import { childEnvironment, endProcesses, isRunning, launch, readProcesses, writeProcesses } from './processes.ts';
import type { Launch, ProcessRecord } from './processes.ts';
import { endorsedByAll } from './probe-endorsement.ts';
import { askHealth, askLeader, askListening, freePorts, isFree, until } from './readiness.ts';

export interface NetworkOptions {
  readonly folder: string;
  readonly binaries: Binaries;
  /** Root of the checkout: where the built contract is. */
  readonly checkout: string;
  readonly profile: Profile;
  /** Adds the contracts that only tests install. */
  readonly isProbe: boolean;
  readonly say: (line: string) => void;
}

interface State {
  readonly format: 'tanhui-fabric-v1';
  readonly layout: Layout;
  /** Whether the contract was committed; before that there is nothing worth keeping. */
  readonly isCommitted: boolean;
}

export interface Tools {
  readonly options: NetworkOptions;
  readonly places: Places;
  readonly layout: Layout;
  run(command: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
}

const readyMs = 60_000;

export function readState(folder: string): State | undefined {
  const file = placesOf(folder).state;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : undefined;
}

/** Starts the network of a folder, making it first where there is none; ends what it started if it cannot. */
export async function startNetwork(options: NetworkOptions): Promise<Layout> {
  const before = readState(options.folder);
  if (before !== undefined && readProcesses(placesOf(options.folder).processes).some(isRunning))
    return joinRunning(options, before);
  try {
    return before?.isCommitted === true ? await restart(options, before.layout) : await create(options);
  } catch (error) {
    await stopNetwork(options.folder);
    throw error;
  }
}

async function joinRunning(options: NetworkOptions, state: State): Promise<Layout> {
  const records = readProcesses(placesOf(options.folder).processes);
  const ended = records.filter((record) => !isRunning(record));
  if (!state.isCommitted || ended.length > 0) {
    options.say(`${ended.map(({ name }) => name).join(', ') || 'the start'} did not last; starting again`);
    await stopNetwork(options.folder);
    return startNetwork(options);
  }
  options.say('already running');
  return state.layout;
}

async function create(options: NetworkOptions): Promise<Layout> {
  if (existsSync(options.folder)) eraseNetwork(options.folder);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const layout = layoutOf(options.profile, {
    isProbe: options.isProbe,
    ports: await freePorts(portsNeeded(options.profile)),
  });
  const tools = toolsOf(options, layout);
  writeState(tools, false);
  await makeCertificates(tools);
  await startNodes(tools);
  await joinChannel(tools);
  await startContracts(tools);
  await commitChaincode(tools);
  options.say('contract committed 合约已提交');
  await writeConnection(tools);
  await ready(tools);
  writeState(tools, true);
  return layout;
}

async function restart(options: NetworkOptions, layout: Layout): Promise<Layout> {
  const tools = toolsOf(options, layout);
  await startNodes(tools);
  await leader(tools);
  await startContracts(tools);
  await ready(tools);
  return layout;
}

function toolsOf(options: NetworkOptions, layout: Layout): Tools {
  return {
    options,
    layout,
    places: placesOf(options.folder),
    run: (command, args, environment = {}) => runToEnd(command, args, { cwd: options.folder, environment }),
  };
}

function writeState({ places, layout }: Tools, isCommitted: boolean): void {
  const state: State = { format: 'tanhui-fabric-v1', layout, isCommitted };
  writeFileSync(`${places.state}.new`, JSON.stringify(state, undefined, 2));
  renameSync(`${places.state}.new`, places.state);
}

/** Runs a command to its end; what it printed last is in the error. */
function runToEnd(
  command: string,
  args: readonly string[],
  where: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: where.cwd, env: childEnvironment(where.environment) });
    const printed: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => printed.push(part));
    child.stderr.on('data', (part: Buffer) => printed.push(part));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(printed).toString();
      if (code === 0) resolve(text);
      else
        reject(
          new Error(`${command.split('/').at(-1) ?? command} ${args[0] ?? ''} failed: ${text.trim().slice(-600)}`),
        );
    });
  });
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, undefined, 2));
}

async function makeCertificates({ options, places, layout, run }: Tools): Promise<void> {
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

async function startNodes(tools: Tools): Promise<void> {
  const { options, places, layout } = tools;
  const nodes = [
    ...layout.orderers.map(({ name }) => ({ name, command: options.binaries.orderer, args: [] as string[] })),
    ...layout.peers.map(({ name }) => ({ name, command: options.binaries.peer, args: ['node', 'start'] })),
  ];
  await Promise.all([...layout.orderers, ...layout.peers].map(refuseBusyPorts));
  for (const node of nodes) {
    const cwd = places.node(node.name);
    start(tools, { ...node, cwd, environment: { FABRIC_CFG_PATH: cwd } });
  }
  await Promise.all(
    [...layout.orderers, ...layout.peers].map(({ name, ports }) =>
      until(name, {
        everyMs: 50,
        timeoutMs: readyMs,
        ask: () => aliveAnd(tools, name, () => askHealth(ports.operations)),
      }),
    ),
  );
  options.say(`${nodes.map(({ name }) => name).join(', ')} healthy 节点就绪`);
}

async function refuseBusyPorts({ name, ports }: { readonly name: string; readonly ports: object }): Promise<void> {
  for (const port of Object.values(ports) as number[])
    if (!(await isFree(port)))
      throw new Error(`port ${port} of ${name} is taken by another program; end that program first`);
}

/** A process that has ended will not become healthy: say so at once, with the end of its log. */
function aliveAnd({ places }: Tools, name: string, ask: () => Promise<void>): Promise<void> {
  const record = readProcesses(places.processes).find((entry) => entry.name === name);
  if (record !== undefined && isRunning(record)) return ask();
  const log = join(places.logs, `${name}.log`);
  return Promise.reject(new Error(`${name} ended; its log ends: ${readFileSync(log, 'utf8').slice(-600)}`));
}

function start({ places }: Tools, wanted: Omit<Launch, 'log'>): void {
  const record = launch({ ...wanted, log: join(places.logs, `${wanted.name}.log`) });
  const others = readProcesses(places.processes).filter(({ name }) => name !== record.name);
  writeProcesses(places.processes, [...others, record]);
}

async function joinChannel(tools: Tools): Promise<void> {
  const { options, places, layout, run } = tools;
  await Promise.all(
    layout.orderers.map((orderer) => {
      const tls = (file: string): string => join(places.admin(orderer), 'tls', file);
      const identity = [
        '--ca-file',
        tls('ca.crt'),
        '--client-cert',
        tls('client.crt'),
        '--client-key',
        tls('client.key'),
      ];
      const target = [
        '--channelID',
        channel,
        '--config-block',
        places.genesis,
        '-o',
        `127.0.0.1:${orderer.ports.admin}`,
      ];
      return run(options.binaries.osnadmin, ['channel', 'join', ...target, ...identity]);
    }),
  );
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

function leader({ layout }: Tools): Promise<void> {
  const ports = layout.orderers.map(({ ports: { operations } }) => operations);
  return until('a leader among the orderers', {
    everyMs: 50,
    timeoutMs: readyMs,
    ask: () => askLeader(channel, ports),
  });
}

const contractName = (peer: { readonly name: string }): string => `contract-${peer.name}`;

/** One contract server an organisation: each executes for itself what it endorses. */
async function startContracts(tools: Tools): Promise<void> {
  for (const peer of tools.layout.peers) startContract(tools, peer.name);
  await Promise.all(
    tools.layout.peers.map((peer) =>
      until(contractName(peer), {
        everyMs: 50,
        timeoutMs: readyMs,
        ask: () => aliveAnd(tools, contractName(peer), () => askListening(peer.ports.contract)),
      }),
    ),
  );
  tools.options.say('contract servers listening 合约服务就绪');
}

function startContract(tools: Tools, name: string): void {
  const { options, places, layout } = tools;
  const peer = layout.peers.find((candidate) => candidate.name === name);
  if (peer === undefined) throw new Error(`no peer ${name}`);
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
      ...['--chaincode-address', `127.0.0.1:${peer.ports.contract}`],
      ...['--chaincode-id', contractPackage(tools, peer).id],
      ...['--chaincode-tls-cert-file', tls('server.crt'), '--chaincode-tls-key-file', tls('server.key')],
    ],
    // The server loads the package of its working directory.
    cwd: layout.isProbe ? probeFolder(tools) : chaincodeFolder,
    environment: {
      CORE_CHAINCODE_LOGGING_LEVEL: 'error',
      CORE_CHAINCODE_LOGGING_SHIM: 'error',
      CORE_PEER_LOCALMSPID: peer.mspId,
    },
  });
}

/** A package that adds the probe contracts to the real ones. */
function probeFolder({ options, places }: Tools): string {
  const folder = join(places.root, 'probe-contract');
  const built = (file: string): string => JSON.stringify(join(options.checkout, 'chaincode', 'dist', file));
  writeJson(join(folder, 'package.json'), { name: 'probe', version: '0.0.0', main: 'index.js' });
  writeFileSync(
    join(folder, 'index.js'),
    `exports.contracts = [...require(${built('index.js')}).contracts, ...require(${built('probe.js')}).contracts];\n`,
  );
  return folder;
}

/** Starts again what has ended, for instance after a fault test. */
export async function startAgain(options: NetworkOptions, name: string): Promise<void> {
  const state = readState(options.folder);
  if (state === undefined) throw new Error('there is no network here');
  const tools = toolsOf(options, state.layout);
  const peer = state.layout.peers.find((candidate) => candidate.name === name);
  if (name.startsWith('contract-')) startContract(tools, name.slice('contract-'.length));
  else {
    const cwd = tools.places.node(name);
    const [command, args] =
      peer === undefined ? [options.binaries.orderer, []] : [options.binaries.peer, ['node', 'start']];
    start(tools, { name, command, args, cwd, environment: { FABRIC_CFG_PATH: cwd } });
  }
  await ready(tools);
}

/** An endorsement by all organisations proves discovery, policy, contract and TLS together. */
async function ready(tools: Tools): Promise<void> {
  await until('an endorsement by all organisations', {
    everyMs: 50,
    timeoutMs: readyMs,
    ask: () => endorsedByAll(tools.places.connection),
  });
  tools.options.say('all organisations endorse 各组织均可背书');
}

/** Ends the recorded processes of a folder and no others. */
export async function stopNetwork(folder: string): Promise<number> {
  const { processes } = placesOf(folder);
  const records = readProcesses(processes);
  const alive = records.filter(isRunning).length;
  await endProcesses(records);
  if (existsSync(processes)) rmSync(processes);
  return alive;
}

/** Ends one recorded process at once, for fault tests. */
export async function killProcess(folder: string, name: string): Promise<void> {
  const record = readProcesses(placesOf(folder).processes).find((entry) => entry.name === name);
  if (record !== undefined) await endProcesses([record], 'SIGKILL');
}

export function processesOf(folder: string): readonly ProcessRecord[] {
  return readProcesses(placesOf(folder).processes);
}

/** Removes a folder that holds a network, and refuses any other. */
export function eraseNetwork(folder: string): void {
  if (existsSync(folder) && readState(folder)?.format !== 'tanhui-fabric-v1')
    throw new Error(`${folder} does not hold a network of ours; it is left as it is`);
  rmSync(folder, { recursive: true, force: true });
}
