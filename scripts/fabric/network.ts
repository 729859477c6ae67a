import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { joinChannel, leader, makeCertificates } from './channel.ts';
import { writeConnection } from './connection.ts';
import { layoutOf, placesOf, portsNeeded } from './layout.ts';
import type { Layout } from './layout.ts';
import { commitChaincode } from './lifecycle.ts';
import { lockFile } from './lock.ts';
import { refuseBusyPorts, startContracts, startNodes } from './nodes.ts';
import { refuseUnknownOrdering } from './ordering.ts';
import { openProbe } from './probe-endorsement.ts';
import { endProcesses, isRunning, readProcesses } from './processes.ts';
import type { ProcessRecord } from './processes.ts';
import { freePorts, until } from './readiness.ts';
import { toolsOf } from './tools.ts';
import type { NetworkOptions, Tools } from './tools.ts';

const format = 'tanhui-fabric-v1';

interface State {
  readonly format: typeof format;
  readonly layout: Layout;
  /** Whether the contract was committed; before that there is nothing worth keeping. */
  readonly isCommitted: boolean;
}

const readyMs = 60_000;

export function readState(folder: string): State | undefined {
  const file = placesOf(folder).state;
  if (!existsSync(file)) return undefined;
  const state = JSON.parse(readFileSync(file, 'utf8')) as State;
  return (state.format as string) === format ? state : undefined;
}

/**
 * Starts the network of a folder, making it first where there is none; a running one is left as it is. What it started it
 * ends again if it cannot finish. One at a time a folder: a second caller is refused.
 */
export async function startNetwork(options: NetworkOptions): Promise<Layout> {
  return locked(options.folder, async () => {
    const made = committedLayout(options.folder);
    if (made !== undefined) refuseOtherShape(options, made);
    if (made !== undefined && isWhole(options)) {
      options.say('already running 已在运行');
      await ready(toolsOf(options, made));
      return made;
    }
    refuseUnknownOrdering(options, options.binaries);
    await endAll(options.folder);
    try {
      return made === undefined ? await create(options) : await restart(options, made);
    } catch (error) {
      await endAll(options.folder);
      throw error;
    }
  });
}

function committedLayout(folder: string): Layout | undefined {
  const state = readState(folder);
  return state?.isCommitted === true ? state.layout : undefined;
}

/** Whether all of its processes run; says which ones do not. */
function isWhole({ folder, say }: NetworkOptions): boolean {
  const records = processesOf(folder);
  const ended = records.filter((record) => !isRunning(record));
  if (ended.length > 0) say(`${ended.map(({ name }) => name).join(', ')} had ended; starting again 重新启动`);
  return records.length > 0 && ended.length === 0;
}

function refuseOtherShape(options: NetworkOptions, layout: Layout): void {
  if (layout.profile === options.profile && layout.isProbe === options.isProbe) return;
  const found = `${layout.profile}${layout.isProbe ? ' with the probe contract' : ''}`;
  throw new Error(`the network in ${options.folder} is ${found}: --fresh discards it and makes the other one`);
}

async function create(options: NetworkOptions): Promise<Layout> {
  discard(options.folder);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const layout = layoutOf(options.profile, {
    isProbe: options.isProbe,
    ports: await freePorts(portsNeeded(options.profile)),
  });
  const tools = toolsOf(options, layout);
  writeState(tools, false);
  await makeCertificates(tools);
  await refuseBusyPorts(tools);
  await Promise.all([startNodes(tools).then(() => joinChannel(tools)), startContracts(tools)]);
  await commitChaincode(tools);
  options.say('contract committed 合约已提交');
  await writeConnection(tools);
  await ready(tools);
  writeState(tools, true);
  return layout;
}

async function restart(options: NetworkOptions, layout: Layout): Promise<Layout> {
  const tools = toolsOf(options, layout);
  await refuseBusyPorts(tools);
  await Promise.all([startNodes(tools).then(() => leader(tools)), startContracts(tools)]);
  await ready(tools);
  return layout;
}

function writeState({ places, layout }: Tools, isCommitted: boolean): void {
  const state: State = { format, layout, isCommitted };
  writeFileSync(`${places.state}.new`, JSON.stringify(state, undefined, 2));
  renameSync(`${places.state}.new`, places.state);
}

/** An endorsement by all organisations proves discovery, policy, contract and TLS together. */
async function ready(tools: Tools): Promise<void> {
  const probe = await openProbe(tools.places.connection);
  try {
    const { signal } = tools.options;
    await until('an endorsement by all organisations', { everyMs: 50, timeoutMs: readyMs, ask: probe.ask, signal });
  } finally {
    await probe.close();
  }
  tools.options.say('all organisations endorse 各组织均可背书');
}

/** Ends the recorded processes of a folder and no others; gives how many there were. */
export async function stopNetwork(folder: string): Promise<number> {
  return locked(folder, () => endAll(folder));
}

async function endAll(folder: string): Promise<number> {
  const records = processesOf(folder);
  const alive = records.filter(isRunning).length;
  await endProcesses(records);
  rmSync(placesOf(folder).processes, { force: true });
  return alive;
}

export function processesOf(folder: string): readonly ProcessRecord[] {
  return readProcesses(placesOf(folder).processes);
}

/** Ends the network of a folder and removes the folder; refuses a folder that holds anything else. */
export async function eraseNetwork(folder: string): Promise<void> {
  await locked(folder, async () => {
    await endAll(folder);
    discard(folder);
  });
}

function discard(folder: string): void {
  if (!existsSync(folder)) return;
  if (readState(folder) === undefined && readdirSync(folder).length > 0)
    throw new Error(`${folder} does not hold a network of ours; it is left as it is`);
  rmSync(folder, { recursive: true, force: true });
}

async function locked<Value>(folder: string, body: () => Promise<Value>): Promise<Value> {
  const release = lockFile(`${folder}.lock`);
  try {
    return await body();
  } finally {
    release();
  }
}
