// From a clean clone to a running city: installs, builds, seeds a week of labelled simulated trips, imports real tracks, serves.
import { spawn, spawnSync } from 'node:child_process';
import { installPackages, projectEnvironment, root } from './install.mjs';

installPackages();
const environment = { MALLOC_ARENA_MAX: '2', ...projectEnvironment() };
const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, env: environment, stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);

// A connection file of one's own says that the network is somebody's to run; without one it is ours.
if (environment.TANHUI_LEDGER === 'fabric' && environment.TANHUI_FABRIC_CONNECTION === undefined) {
  const network = spawnSync('npm', ['run', '--silent', 'fabric:up'], { cwd: root, env: environment, stdio: 'inherit' });
  if (network.status !== 0) process.exit(network.status ?? 1);
}

const tanhui = (...args) => [
  '--max-semi-space-size=4',
  '--conditions=tanhui-source',
  'platform/src/cli/tanhui.ts',
  ...args,
];
const tracks = 'plugins/green-travel/data/example/dutch-gps-tracks.csv.gz';
console.log('Importing the bundled real tracks (Dutch open geodata, EUPL 1.2) …');
const imported = spawnSync('node', tanhui('import', 'gps-track', tracks, '--json'), {
  cwd: root,
  env: environment,
  stdio: 'inherit',
});
if (imported.status !== 0) process.exit(imported.status ?? 1);

const server = spawn('node', tanhui('serve', '--demo'), { cwd: root, env: environment, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code) => process.exit(code ?? 0));
