import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { announce, announced, urlOf } from './announced.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'tanhui-announced-'));
afterAll(() => {
  rmSync(dataFolder, { recursive: true, force: true });
});

describe('the address of a server for its own machine', () => {
  it('is one that can be called, whatever it listens at', () => {
    expect(urlOf('127.0.0.1', 8080)).toBe('http://127.0.0.1:8080');
    expect(urlOf('localhost', 8080)).toBe('http://localhost:8080');
    expect(urlOf('0.0.0.0', 8080)).toBe('http://127.0.0.1:8080');
    expect(urlOf('::', 8080)).toBe('http://[::1]:8080');
    expect(urlOf('0:0:0:0:0:0:0:0', 8080)).toBe('http://[::1]:8080');
    expect(urlOf('::1', 8080)).toBe('http://[::1]:8080');
    expect(urlOf('FD00::0001', 8080)).toBe('http://[fd00::1]:8080');
  });

  it('stands in the data folder for as long as the server listens', () => {
    const withdraw = announce({ dataFolder, host: '::' }, 8080);
    expect(announced({ dataFolder })).toBe('http://[::1]:8080');
    withdraw();
    expect(announced({ dataFolder })).toBeUndefined();
  });

  it('is none where a crash cut it short', () => {
    for (const text of ['', '{"url":"http://127.', '{}', 'null', '{"url":1}']) {
      writeFileSync(join(dataFolder, 'server.json'), text);
      expect(announced({ dataFolder }), text).toBeUndefined();
    }
  });
});
