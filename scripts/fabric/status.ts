// npm run fabric:status: what runs, and whether every organisation endorses.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { asCommand, defaultFolder } from './command.ts';
import { placesOf } from './layout.ts';
import { processesOf, readState } from './network.ts';
import { endorsedByAll } from './probe-endorsement.ts';
import { isRunning } from './processes.ts';

await asCommand(async () => {
  const { values } = parseArgs({ options: { folder: { type: 'string', default: defaultFolder } } });
  const state = readState(values.folder);
  if (state === undefined) throw new Error('There is no network here; start one: npm run fabric:up');
  const records = processesOf(values.folder);
  console.log(`profile ${state.layout.profile}${state.layout.isProbe ? ', with the probe contract' : ''}`);
  for (const record of records)
    console.log(`${isRunning(record) ? 'running' : 'ended  '}  ${record.name}  pid ${record.pid}`);
  if (!records.some(isRunning)) throw new Error('Nothing is running; start it: npm run fabric:up');
  const { connection } = placesOf(values.folder);
  if (!existsSync(connection)) throw new Error('The start did not finish; start it again: npm run fabric:up');
  await endorsedByAll(connection);
  console.log('All organisations endorse 各组织均可背书');
});
