import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformKeys } from '../identity/index.ts';
import type { Random } from '../kernel/index.ts';

export interface InstallationKeys extends PlatformKeys {
  /** Signs the tokens of the embedded issuer. */
  readonly tokens: Uint8Array;
}

const names = ['pseudonym', 'suppression', 'tokens'] as const;

/** Keys of one installation: made at the first start, readable by their owner only, never logged. */
export function loadKeys(folder: string, random: Random): InstallationKeys {
  const path = join(folder, 'keys.json');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = Object.fromEntries(names.map((name) => [name, Buffer.from(random.bytes(32)).toString('base64')]));
    writeFileSync(path, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
  }
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Record<(typeof names)[number], string>;
  return {
    pseudonym: Buffer.from(stored.pseudonym, 'base64'),
    suppression: Buffer.from(stored.suppression, 'base64'),
    tokens: Buffer.from(stored.tokens, 'base64'),
  };
}
