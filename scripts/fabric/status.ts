// npm run fabric:status: what runs, and whether every organisation endorses.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { asCommand, defaultFolder } from './command.ts';
import { placesOf } from './layout.ts';
import { processesOf, readState } from './network.ts';
import { openProbe } from './probe-endorsement.ts';
import { isRunning } from './processes.ts';

await asCommand(async () => {
  const { values } = parseArgs({ options: { folder: { type: 'string', default: defaultFolder } } });
  const state = readState(values.folder);
  if (state === undefined) throw new Error('There is no network here 此处没有网络; start one: npm run fabric:up');
  console.log(`profile ${state.layout.profile}${state.layout.isProbe ? ', with the probe contract' : ''}`);
  const ports = new Map<string, object>();
  for (const { name, ports: own } of [...state.layout.orderers, ...state.layout.peers]) ports.set(name, own);
  const records = processesOf(values.folder);
  for (const record of records)
    console.log(
      `${isRunning(record) ? 'running' : 'ended  '}  ${record.name}  pid ${record.pid}  ${JSON.stringify(ports.get(record.name) ?? {})}`,
    );
  if (!records.some(isRunning)) throw new Error('Nothing is running 没有运行中的进程; start it: npm run fabric:up');
  const { connection } = placesOf(values.folder);
  if (!existsSync(connection)) throw new Error('The start did not finish; start it again: npm run fabric:up');
  const probe = await openProbe(connection);
  await probe.ask().finally(() => probe.close());
  console.log('All organisations endorse 各组织均可背书');
});
