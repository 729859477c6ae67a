import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../../platform/src/compose.ts';
import { parseConfig } from '../../platform/src/config.ts';
import type { Route } from '../../platform/src/http/index.ts';
import { cliPage } from './cli.ts';
import { configPage } from './config.ts';
import { httpApiPage } from './http-api.ts';
import { metricsPage } from './metrics.ts';
import type { Page } from './page.ts';
import { refusalsPage } from './refusals.ts';

export const folder = 'docs/reference';

/** Every page of docs/reference, made from the code as it is. */
export async function referencePages(): Promise<readonly Page[]> {
  return [configPage(), httpApiPage(await servedRoutes()), refusalsPage(), cliPage(), await metricsPage()];
}

/** The routes of a demo with everything switched on. */
async function servedRoutes(): Promise<readonly Route[]> {
  const data = mkdtempSync(join(tmpdir(), 'tanhui-reference-'));
  try {
    const platform = await compose(parseConfig({ TANHUI_DATA: data, TANHUI_LOG: 'silent' }));
    await platform.stop();
    return platform.routes;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
