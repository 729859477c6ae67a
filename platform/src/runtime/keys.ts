import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuseConfig } from '../config-refusals.ts';
import type { PlatformKeys } from '../identity/index.ts';
import type { Random } from '../kernel/index.ts';
import { makeWholeFile } from './whole-file.ts';

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
  openFolder(folder);
  const path = join(folder, 'keys.json');
  if (!existsSync(path)) makeKeys(path, random, mode);
  const stored = readKeys(path);
  if (mode === 'production' && stored.madeFor !== 'production')
    throw refuseConfig('CONFIG_DEMO_DATA', { field: 'TANHUI_DATA' });
  return {
    pseudonym: Buffer.from(stored.pseudonym, 'base64'),
    suppression: Buffer.from(stored.suppression, 'base64'),
    tokens: Buffer.from(stored.tokens, 'base64'),
  };
}

/** The folder of an installation, made where it is not there; refused where it is none, or may not be written in. */
function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw refuseConfig('CONFIG_DATA_UNUSABLE', { field: 'TANHUI_DATA', folder, reason: code }, cause);
  }
}

function makeKeys(path: string, random: Random, mode: InstallationMode): void {
  const made = Object.fromEntries(names.map((name) => [name, Buffer.from(random.bytes(32)).toString('base64')]));
  // A server and a command may start at once: the keys are those of whoever was first.
  makeWholeFile(path, JSON.stringify({ madeFor: mode, ...made }));
}

type StoredKeys = Readonly<Record<(typeof names)[number], string>> & { readonly madeFor?: InstallationMode };

function readKeys(path: string): StoredKeys {
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as StoredKeys;
    if (names.every((name) => typeof stored[name] === 'string')) return stored;
  } catch (cause) {
    throw refuseConfig('CONFIG_KEYS_UNREADABLE', { file: path }, cause);
  }
  throw refuseConfig('CONFIG_KEYS_UNREADABLE', { file: path });
}
