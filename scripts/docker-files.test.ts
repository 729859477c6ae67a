import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../platform/src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-compose-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const dclint = createRequire(import.meta.url)
  .resolve('dclint/package.json')
  .replace('package.json', 'bin/dclint.cjs');

/** What the schema and the linter say of a compose file; the order of keys is a matter of taste that we do not share. */
function problemsOf(file: string): string[] {
  const run = spawnSync(
    process.execPath,
    [dclint, file, '--formatter', 'json', '--disable-rule', 'service-keys-order'],
    {
      encoding: 'utf8',
    },
  );
  const results = JSON.parse(run.stdout) as { messages: { line: number; message: string }[] }[];
  return results.flatMap(({ messages }) => messages.map(({ line, message }) => `${String(line)}: ${message}`));
}

/** No container engine is needed: the files are held against the published schema of compose files and the grammar of Dockerfiles. */
describe('docker/', () => {
  it('has a compose file that fits the schema', () => {
    expect(problemsOf('docker/compose.yaml')).toEqual([]);
  });

  it('would see one that does not', () => {
    const broken = join(folder, 'compose.yaml');
    writeFileSync(broken, readFileSync('docker/compose.yaml', 'utf8').replace('restart:', 'restrat:'));
    expect(problemsOf(broken)).not.toEqual([]);
  });

  it('has a Dockerfile without a mistake, and keeps secrets and packages out of the image', () => {
    expect(validate(readFileSync('docker/Dockerfile', 'utf8'))).toEqual([]);
    expect(validate('FORM node')).not.toEqual([]);
    expect(readFileSync('docker/Dockerfile.dockerignore', 'utf8')).toMatch(/^\.tanhui$/m);
  });

  it('sets what the server knows, so that it starts on the replica set from a secret', () => {
    const compose = readFileSync('docker/compose.yaml', 'utf8');
    const image = readFileSync('docker/Dockerfile', 'utf8');
    const settings = [
      ...image.matchAll(/(TANHUI_\w+)=(\S+)/g),
      ...compose.matchAll(/^\s+(TANHUI_\w+): '?([^'\n]+)'?$/gm),
    ].map(([, name = '', value = '']): [string, string] => [name, value]);
    const environment = Object.fromEntries(settings);
    expect(environment['TANHUI_MONGODB_URI_FILE']).toBe('/run/secrets/mongodb-uri');
    const { store, ...config } = parseConfig({ ...environment, TANHUI_MONGODB_URI_FILE: 'docker/mongodb-uri' });
    expect(config).toMatchObject({ mode: 'demo', dataFolder: '/data', host: '0.0.0.0', port: 8080 });
    const uri = store.engine === 'mongodb' ? store.uri.reveal() : '';
    const [, set = 'none'] = /replicaSet=(\w+)$/.exec(uri) ?? [];
    expect(uri).toMatch(/^mongodb:\/\/mongo:27017\//);
    expect(compose).toContain(`'--replSet', '${set}'`);
    expect(compose).toContain(`rs.initiate({ _id: '${set}', members: [{ _id: 0, host: 'mongo:27017' }] })`);
    expect(readFileSync('docker/prometheus.yml', 'utf8')).toContain(
      `tanhui:${environment['TANHUI_METRICS_PORT'] ?? ''}`,
    );
  });

  it('starts what `npm run up` starts, as a user who may write nothing but the volume', () => {
    const image = readFileSync('docker/Dockerfile', 'utf8');
    const up = readFileSync('scripts/up.mjs', 'utf8');
    const [, command = ''] = /const tanhui = \(\.\.\.args\) => \[([^\]]*)\.\.\.args/.exec(up) ?? [];
    const words = [...command.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
    expect(words).toHaveLength(4);
    expect(image).toContain(`ENTRYPOINT [${words.map((word) => `"${word}"`).join(', ')}]`);
    for (const [name, value] of [
      ['ARENA_MAX', '2'],
      ['MMAP_THRESHOLD_', '32768'],
      ['TRIM_THRESHOLD_', '65536'],
    ] as const) {
      expect(image).toContain(`MALLOC_${name}=${value}`);
      expect(up).toContain(`MALLOC_${name}: '${value}'`);
    }
    expect(image).toMatch(/npm run build/);
    const [, last = ''] = image.split(/^FROM .*$/m).slice(-2);
    expect(last.indexOf('USER node')).toBeGreaterThan(last.indexOf('COPY'));
    expect(last).toMatch(/install -d -o node -g node \/data/);
    expect(last).toMatch(/^HEALTHCHECK /m);
    const compose = readFileSync('docker/compose.yaml', 'utf8');
    const [, tanhui = ''] = /\n {2}tanhui:\n([\s\S]*?)\nnetworks:/.exec(compose) ?? [];
    for (const held of ['read_only: true', 'tanhui:/data', 'no-new-privileges:true', 'condition: service_healthy'])
      expect(tanhui).toContain(held);
    expect(compose).not.toMatch(/privileged: true|user: root|network_mode: host/);
  });

  it('opens ports on this machine only', () => {
    const ports = readFileSync('docker/compose.yaml', 'utf8').match(/^\s+- ['"]?[\d.:]+['"]?$/gm) ?? [];
    expect(ports).toHaveLength(2);
    expect(ports.every((port) => /['"]127\.0\.0\.1:\d+:\d+['"]/.test(port))).toBe(true);
  });
});
