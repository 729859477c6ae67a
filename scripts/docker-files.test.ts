import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, describe, expect, it } from 'vitest';

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

  it('opens ports on this machine only', () => {
    const ports = readFileSync('docker/compose.yaml', 'utf8').match(/^\s+- ['"]?[\d.:]+['"]?$/gm) ?? [];
    expect(ports).toHaveLength(2);
    expect(ports.every((port) => /['"]127\.0\.0\.1:\d+:\d+['"]/.test(port))).toBe(true);
  });
});
