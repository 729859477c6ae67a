import { readFileSync } from 'node:fs';
import type { PluginManifest } from '@tanhui/sdk/plugin';
import { activateForTest } from '@tanhui/sdk/testing';
import { activate } from '../src/plugin.ts';

const manifest = JSON.parse(readFileSync(new URL('../plugin.json', import.meta.url), 'utf8')) as PluginManifest;

export const contributed = activateForTest(manifest, activate);
export const declaredCodes = [...contributed.refusals.keys()];

export function sourceNamed(id: string) {
  const source = contributed.sources.get(id);
  if (source === undefined) throw new Error(`the plugin registers ${id}`);
  return source;
}
