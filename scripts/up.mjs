// From a clean clone to a running city: installs, builds, seeds a week of labelled simulated trips, imports real tracks, serves.
import { join } from 'node:path';
import { installPackages, projectEnvironment, root } from './install.mjs';
import { isPortFree, lockClone } from './up-guards.mjs';
import { createSteps } from './up-steps.mjs';

const release = await lockClone(join(root, '.tanhui', 'up'));
if (release === undefined) process.exit(1);
process.on('exit', release);
if (!(await isPortFree(process.env))) process.exit(1);

installPackages();
const allocator = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '65536' };
const environment = { ...allocator, ...projectEnvironment() };
const steps = createSteps({ cwd: root, env: environment });
const tanhui = (...args) => [
  'node',
  '--max-semi-space-size=8',
  '--no-parallel-scavenge',
  'platform/dist/cli/tanhui.js',
  ...args,
];

await steps.pass(['npm', 'run', '--silent', 'build']);

// A connection file of one's own says that the network is somebody's to run; without one it is ours.
if (environment.TANHUI_LEDGER === 'fabric' && environment.TANHUI_FABRIC_CONNECTION === undefined)
  await steps.pass(['npm', 'run', '--silent', 'fabric:up']);

const tracks = 'plugins/green-travel/data/example/dutch-gps-tracks.csv.gz';
console.log('Importing the bundled real tracks (Dutch open geodata, EUPL 1.2) …');
await steps.pass(tanhui('import', 'gps-track', tracks, '--json'));
process.exit(await steps.run(tanhui('serve', '--demo')));
