// `npm run explore -- --minutes 10`: properties and simulations from seeds that no test run has used, round after round; says with which seed one fails.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectEnvironment, root } from './install.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!Number.isInteger(minutes) || minutes < 1 || minutes > 600) {
  console.error('--minutes takes a whole number from 1 to 600.');
  process.exit(2);
}

const rooms = ['sdk', 'platform', 'plugins', 'chaincode', 'web/src'];
const files = rooms.flatMap(testsIn).filter(isSeeded);
const until = Date.now() + minutes * 60_000;
const failed = [];
let rounds = 0;
for (; Date.now() < until; rounds += 1) {
  const seed = randomInt(1_000_000);
  const environment = projectEnvironment({ TZ: 'Asia/Shanghai', SIMULATION_SEED: String(seed) });
  const { status } = spawnSync('vitest', ['run', '--reporter=dot', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: environment,
  });
  if (status !== 0) failed.push(seed);
  console.log(`round ${rounds + 1}, seed ${seed}: ${status === 0 ? 'passed' : 'failed'}`);
}
for (const seed of failed) console.log(`again: SIMULATION_SEED=${seed} npm run unit -- ${files.join(' ')}`);
console.log(`${rounds - failed.length} rounds passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);

function testsIn(room) {
  return readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => `${room}/${name}`);
}

/** Of a property, or of a simulation that takes its seed. */
function isSeeded(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return ["from 'fast-check'", 'SIMULATION_SEED', "/storage.contract.ts'"].some((sign) => text.includes(sign));
}
