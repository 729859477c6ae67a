import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Runs Node as an operator's machine does: nothing says where sources are. */
function node(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
  });
}

it('lays down a server that runs without its sources: threads, contract, data files and all', () => {
  const data = mkdtempSync(join(tmpdir(), 'tanhui-built-'));
  try {
    expect(node(['--disable-warning=ExperimentalWarning', 'scripts/build.ts'])).toMatchObject({
      status: 0,
      stderr: '',
    });
    const tracks = 'plugins/green-travel/data/example/dutch-gps-tracks.csv.gz';
    const settings = { TANHUI_DATA: data, TANHUI_PORT: '0', TANHUI_LOG: 'warn' };
    const imported = node(['platform/dist/cli/tanhui.js', 'import', 'gps-track', tracks, '--json'], settings);
    expect([imported.status, imported.stderr]).toEqual([0, '']);
    const { records, sealed } = JSON.parse(imported.stdout.trim().split('\n').at(-1) ?? '') as {
      readonly records: { readonly read: number; readonly used: number };
      readonly sealed: { readonly records: number };
    };
    expect([records.read > 0, records.used > 0, sealed.records > 0]).toEqual([true, true, true]);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
