import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFabric } from './fabric-binaries.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhui-binaries-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program that prints a text for each first argument. */
function program(name: string, answers: Readonly<Record<string, string>>): void {
  const cases = Object.entries(answers).map(([word, text]) => `${word}) printf '%s\\n' '${text}';;`);
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ncase "$1" in\n${cases.join('\n')}\nesac\n`);
  chmodSync(path, 0o755);
}

function install(change: { readonly peer?: Readonly<Record<string, string>> } = {}): void {
  program('peer', {
    version: 'peer:\n Version: latest',
    node: 'unjoin  Unjoin the peer from a channel',
    ...change.peer,
  });
  program('orderer', { version: 'orderer:\n Version: latest' });
  for (const name of ['configtxgen', 'cryptogen', 'osnadmin']) program(name, {});
}

function reasonIn(environment: Readonly<Record<string, string>>): string {
  const found = findFabric(environment);
  return found.isUsable ? 'usable' : found.reason;
}

describe('looking for Fabric', () => {
  it('names every program that is missing, and where it looked', () => {
    program('peer', {});
    expect(findFabric({ FABRIC_BIN: folder })).toEqual({
      isUsable: false,
      reason: `orderer, configtxgen, cryptogen, osnadmin not found in FABRIC_BIN (${folder})`,
    });
    expect(reasonIn({ PATH: '' })).toMatch(/on the PATH$/);
  });

  it('takes a build of one’s own that calls itself latest, from FABRIC_BIN or the PATH', () => {
    install();
    expect(findFabric({ FABRIC_BIN: folder })).toMatchObject({ isUsable: true, version: 'latest' });
    expect(findFabric({ PATH: `/nowhere:${folder}` })).toMatchObject({
      isUsable: true,
      binaries: { peer: join(folder, 'peer') },
    });
  });

  it('tells another program of the same name, and a release without the gateway service, from Fabric', () => {
    install({ peer: { version: 'a tool for peers' } });
    expect(reasonIn({ FABRIC_BIN: folder })).toContain('another program of the same name');
    install({ peer: { version: 'peer:\n Version: 2.2.20', node: 'start  Start the node' } });
    expect(reasonIn({ FABRIC_BIN: folder })).toContain('(2.2.20) is older than the gateway service');
  });
});
