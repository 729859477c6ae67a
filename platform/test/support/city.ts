import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tanhui/sdk/client';
import type { TanhuiClient } from '@tanhui/sdk/client';
import type { Platform } from '../../src/compose.ts';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';

export interface City {
  readonly platform: Platform;
  readonly url: string;
  readonly folder: string;
  /** Moves the platform's clock. */
  pass(milliseconds: number): void;
  clientOf(token: string, locale?: 'zh-CN' | 'en'): TanhuiClient;
  /** Signs a demo identity in. */
  tokenOf(identity: string): Promise<string>;
  close(): Promise<void>;
}

/** A platform of its own on a folder of its own, with a clock that a test can move. */
export async function openCity(settings: Readonly<Record<string, string>> = {}): Promise<City> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-city-'));
  let offset = 0;
  const environment = { TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'silent', TANHUI_WORKERS: 'false' };
  const platform = await compose(parseConfig({ ...environment, ...settings }), {
    clock: { now: () => Date.now() + offset },
  });
  const url = `http://127.0.0.1:${String(await platform.start())}`;
  return {
    platform,
    url,
    folder,
    pass(milliseconds) {
      offset += milliseconds;
    },
    clientOf: (token, locale = 'en') => createClient({ baseUrl: url, locale, token }),
    tokenOf: async (identity) => (await createClient({ baseUrl: url, locale: 'en' }).demoSignIn(identity)).token,
    async close() {
      await platform.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
