import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../../platform/src/compose.ts';
import { parseConfig } from '../../platform/src/config.ts';
import type { Route } from '../../platform/src/http/index.ts';
import { answersFile } from './answers.ts';
import { cliPage } from './cli.ts';
import { configPage } from './config.ts';
import { httpApiPage } from './http-api.ts';
import { metricsPage } from './metrics.ts';
import type { Page } from './page.ts';
import { refusalsPage } from './refusals.ts';

/** Every page of docs/reference, made from the code as it is, and the schemas of answers. */
export async function referencePages(): Promise<readonly Page[]> {
  const routes = await servedRoutes();
  return [configPage(), httpApiPage(routes), refusalsPage(), cliPage(), await metricsPage(), answersFile()];
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
