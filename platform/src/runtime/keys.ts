import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuseConfig } from '../config-refusals.ts';
import type { PlatformKeys } from '../identity/index.ts';
import type { Random } from '../kernel/index.ts';

export type InstallationMode = 'demo' | 'production';

export interface InstallationKeys extends PlatformKeys {
  /** Signs the tokens of the embedded issuer. */
  readonly tokens: Uint8Array;
}

const names = ['pseudonym', 'suppression', 'tokens'] as const;

/**
 * Keys of one installation: made at the first start, readable by their owner only, never logged. They say what they were made for: a demo's
 * folder holds simulated people, and production refuses it.
 */
export function loadKeys(folder: string, random: Random, mode: InstallationMode): InstallationKeys {
  const path = join(folder, 'keys.json');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = Object.fromEntries(names.map((name) => [name, Buffer.from(random.bytes(32)).toString('base64')]));
    writeFileSync(path, JSON.stringify({ madeFor: mode, ...made }), { mode: 0o600, flag: 'wx' });
  }
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Record<(typeof names)[number], string> & {
    readonly madeFor?: InstallationMode;
  };
  if (mode === 'production' && stored.madeFor !== 'production')
    throw refuseConfig('CONFIG_DEMO_DATA', { field: 'TANHUI_DATA' });
  return {
    pseudonym: Buffer.from(stored.pseudonym, 'base64'),
    suppression: Buffer.from(stored.suppression, 'base64'),
    tokens: Buffer.from(stored.tokens, 'base64'),
  };
}
