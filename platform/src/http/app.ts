import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context } from 'koa';
import helmet from 'koa-helmet';
import type { Log, Random } from '../kernel/index.ts';
import { Refusal, refuser } from '../kernel/index.ts';
import type { Language, RefusalTexts } from './errors.ts';
import { httpRefusals, problemOf } from './errors.ts';
import { openApiDocument } from './openapi.ts';
import type { Actor, Route } from './route.ts';
import { isFileAnswer } from './route.ts';
import type { Tokens } from './tokens.ts';

const refuse = refuser(httpRefusals);
const maxBodyBytes = 1_048_576;
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly tokens: Tokens;
  readonly texts: RefusalTexts;
  readonly log: Log;
  readonly random: Random;
  readonly webFolder: string;
}

/** The HTTP door: one pipeline for every route, one table of errors, static faces behind everything else. */
export function createApp(options: AppOptions): Koa {
  const app = new Koa();
  const router = new Router();
  for (const declared of options.routes) {
    router[declared.method](declared.path, (ctx: Context & { params: Record<string, string> }) =>
      serve(options, declared, ctx),
    );
  }
  const document = openApiDocument(options.routes);
  router.get('/openapi.json', (ctx) => {
    ctx.body = document;
  });
  app.use((ctx, next) => guard(options, ctx, next));
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], upgradeInsecureRequests: null },
      },
      strictTransportSecurity: false,
    }),
  );
  app.use(router.routes());
  app.use((ctx) => {
    serveFile(options.webFolder, ctx);
  });
  return app;
}

async function guard(options: AppOptions, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const traceId = Buffer.from(options.random.bytes(8)).toString('hex');
  ctx.set('trace-id', traceId);
  try {
    await next();
  } catch (error) {
    const problem = problemOf(error, { texts: options.texts, language: languageOf(ctx), traceId });
    if (problem.status >= 500 && !(error instanceof Refusal))
      options.log.error('http.defect', { traceId, path: ctx.path }, error);
    ctx.status = problem.status;
    ctx.body = JSON.stringify(problem);
    ctx.type = 'application/problem+json';
  }
}

function languageOf(ctx: Context): Language {
  return ctx.acceptsLanguages('zh-CN', 'zh', 'en') === 'en' ? 'en' : 'zh-CN';
}

const nobody: Actor = { subject: 'nobody', role: 'citizen' };

async function serve(
  options: AppOptions,
  declared: Route,
  ctx: Context & { params: Record<string, string> },
): Promise<void> {
  const actor = await admit(options.tokens, declared, ctx);
  const body = declared.body === undefined || declared.isStream ? undefined : declared.body.parse(await readJson(ctx));
  const query = declared.query?.parse({ ...ctx.query });
  const request = {
    actor,
    params: ctx.params,
    query,
    body,
    stream: ctx.req,
    contentType: ctx.get('content-type'),
    idempotencyKey: keyOf(declared, ctx),
  };
  respond(ctx, await declared.handle(request as never));
}

/** At most 64 visible characters; asked for where an act must not happen twice. */
function keyOf({ isIdempotent }: Route, ctx: Context): string {
  const key = ctx.get('idempotency-key');
  if (isIdempotent === true && !/^[\x21-\x7e]{8,64}$/.test(key)) throw refuse('HTTP_IDEMPOTENCY_KEY_MISSING');
  return key;
}

async function admit(tokens: Tokens, { roles }: Route, ctx: Context): Promise<Actor> {
  if (roles === 'open') return nobody;
  const actor = await tokens.verify(ctx.get('authorization') || undefined);
  if (!roles.includes(actor.role)) throw refuse('HTTP_ROLE_FORBIDDEN');
  return actor;
}

function respond(ctx: Context, answer: unknown): void {
  if (!isFileAnswer(answer)) {
    ctx.body = answer ?? {};
    return;
  }
  ctx.type = answer.type;
  if (answer.name !== undefined) ctx.attachment(answer.name);
  ctx.body = answer.file instanceof Uint8Array ? Buffer.from(answer.file) : answer.file;
}

async function readJson(ctx: Context): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of ctx.req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw refuse('HTTP_BODY_TOO_LARGE');
    parts.push(part);
  }
  try {
    return size === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
  } catch (error) {
    throw refuse('HTTP_NOT_JSON', {}, error);
  }
}

function serveFile(folder: string, ctx: Context): void {
  const wanted = normalize(ctx.path === '/' ? '/index.html' : ctx.path);
  const path = join(folder, wanted);
  const type = contentTypes[extname(path)];
  const isServable =
    (ctx.method === 'GET' || ctx.method === 'HEAD') && type !== undefined && path.startsWith(normalize(folder));
  if (!isServable || !existsSync(path) || !statSync(path).isFile()) throw refuse('HTTP_NOT_FOUND');
  ctx.type = type;
  ctx.body = createReadStream(path);
}
