import { createReadStream, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import type { Context } from 'koa';
import { refuseHttp } from './refusals.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** Answers a file of the built faces, and nothing outside their folder. */
export function serveFile(folder: string, ctx: Context): void {
  const wanted = normalize(ctx.path === '/' ? '/index.html' : ctx.path);
  const path = join(folder, wanted);
  const type = contentTypes[extname(path)];
  const isRead = ctx.method === 'GET' || ctx.method === 'HEAD';
  const isWithin = path.startsWith(normalize(folder) + sep) && !path.includes('\0');
  if (!isRead || type === undefined || !isWithin || statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw refuseHttp('HTTP_NOT_FOUND');
  ctx.type = type;
  ctx.body = createReadStream(path);
}
