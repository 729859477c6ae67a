import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const uri = 'mongodb://tanhui:a-password@db1/tanhui?replicaSet=rs0';
const name = 'TANHUI_MONGODB_URI_FILE';

function fileWith(text: string): string {
  const file = join(folder, `uri-${String(text.length)}`);
  writeFileSync(file, text);
  return file;
}

function storeOf(settings: Readonly<Record<string, string>>) {
  return parseConfig({ TANHUI_STORE: 'mongodb', ...settings }).store;
}

describe('the address to listen at', () => {
  it('may be IPv6, with or without the brackets that it has in a URL', () => {
    for (const text of ['::1', '[::1]']) expect(parseConfig({ TANHUI_HOST: text }).host).toBe('::1');
    expect(parseConfig({ TANHUI_METRICS_PORT: '9464', TANHUI_METRICS_HOST: '[::]' }).metrics?.host).toBe('::');
    expect(parseConfig({}).host).toBe('127.0.0.1');
  });
});

describe('the address of MongoDB', () => {
  it('comes from its variable, or from the file that holds it, and is printed by neither', () => {
    for (const settings of [{ TANHUI_MONGODB_URI: uri }, { [name]: fileWith(`${uri}\n`) }]) {
      const store = storeOf(settings);
      expect(store.engine === 'mongodb' && store.uri.reveal()).toBe(uri);
      expect(JSON.stringify(store)).not.toContain('a-password');
    }
  });

  it('is refused by the name of its variable where it is said twice, or not at all', () => {
    const twice = { TANHUI_MONGODB_URI: uri, [name]: fileWith(uri) };
    expect(() => storeOf(twice)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { field: `TANHUI_MONGODB_URI, ${name}` } }),
    );
    expect(() => storeOf({})).toThrow(expect.objectContaining({ code: 'CONFIG_MONGODB_URI_MISSING' }));
  });

  it.each([
    ['not there', join(folder, 'none')],
    ['a folder', folder],
    ['empty', fileWith(' \n')],
  ])('is refused where its file is %s, with the path and without what stands in it', (_what, file) => {
    expect(() => storeOf({ [name]: file })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SECRET_UNREADABLE', details: { field: name, file } }),
    );
  });

  it('is not asked for where documents are embedded', () => {
    expect(parseConfig({ [name]: join(folder, 'none') }).store).toEqual({ engine: 'sqlite' });
  });
});
