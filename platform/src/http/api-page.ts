import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'koa';
import { refuseHttp } from './refusals.ts';

const own = fileURLToPath(new URL('./api-page/', import.meta.url));
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The few files that make the page; nothing else of their folders is to be had. */
const files: Readonly<Record<string, readonly [folder: string, type: string]>> = {
  'index.html': [own, 'text/html; charset=utf-8'],
  'start.js': [own, 'text/javascript; charset=utf-8'],
  'swagger-ui.css': [swagger, 'text/css; charset=utf-8'],
  'swagger-ui-bundle.js': [swagger, 'text/javascript; charset=utf-8'],
  'favicon-32x32.png': [swagger, 'image/png'],
};

/** The browsable page of the API at `/docs`. */
export function serveApiPage(ctx: Context, name: string): void {
  const found = Object.hasOwn(files, name) ? files[name] : undefined;
  if (found === undefined) throw refuseHttp('HTTP_NOT_FOUND');
  const [folder, type] = found;
  ctx.type = type;
  ctx.body = createReadStream(join(folder, name));
}
