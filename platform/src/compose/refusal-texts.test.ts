import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandTables } from '../cli/refusal-tables.ts';
import { ledgerRefusals } from '../ledger/index.ts';
import { refusalTables } from './refusal-texts.ts';

/** The platform's own code, and what of the SDK its command line and its routes read records with. */
const sources = ['..', '../../../sdk/src/client', '../../../sdk/src/records'].map((path) =>
  fileURLToPath(new URL(`${path}/`, import.meta.url)),
);
const tables = { ...refusalTables, ...commandTables };
const entries = Object.values(tables).flatMap((table) => Object.entries(table));
/** Made from a contract's code, not written out (http/errors.ts); the regime's answer comes with the campaigns. */
const composed = new Set([
  ...Object.keys(ledgerRefusals).filter((code) => code.startsWith('LEDGER_DAY_')),
  'REWARDS_NO_MONEY_REGIME',
]);
const prefixes = [...new Set(entries.map(([code]) => code.split('_')[0] ?? ''))];

/** Every code in quotes in that code, but not where a table declares it as a key. */
function codesUsed(): Map<string, string> {
  const used = new Map<string, string>();
  const pattern = new RegExp(`'((?:${prefixes.join('|')})_[A-Z0-9_]+)'`, 'g');
  const files = sources.flatMap((cwd) => globSync('**/*.ts', { cwd }).map((file) => `${cwd}${file}`));
  for (const file of files) {
    if (file.endsWith('.test.ts')) continue;
    for (const [, code = ''] of readFileSync(file, 'utf8').matchAll(pattern)) used.set(code, file);
  }
  return used;
}

describe('refusals', () => {
  it('have both texts and a next step in both languages, each', () => {
    for (const [code, { 'zh-CN': chinese, en, next }] of entries) {
      expect(chinese, code).toMatch(/\p{Script=Han}/u);
      expect(next['zh-CN'], code).toMatch(/\p{Script=Han}/u);
      expect(en, code).toMatch(/^[A-Z].*[^.]$/);
      expect(next.en, code).toMatch(/^[A-Z/].*[^.]$/);
    }
  });

  it('are declared once', () => {
    const codes = entries.map(([code]) => code);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it('are declared where they are used', () => {
    const known = new Set(entries.map(([code]) => code));
    const undeclared = [...codesUsed()].filter(([code]) => !known.has(code));
    expect(undeclared).toEqual([]);
  });

  it('are used where they are declared', () => {
    const used = codesUsed();
    expect(entries.map(([code]) => code).filter((code) => !used.has(code) && !composed.has(code))).toEqual([]);
  });
});
