import { hash } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context } from 'koa';
import helmet from 'koa-helmet';
import type { Admission } from './admission.ts';
import { bearerOf } from './admission.ts';
import { serveApiPage } from './api-page.ts';
import type { JsonBody } from './body.ts';
import { readJson } from './body.ts';
import type { GuardDeps } from './guard.ts';
import { guard } from './guard.ts';
import type { IdempotencyDeps, KeyedAct } from './idempotency.ts';
import { fingerprintOf, performOnce } from './idempotency.ts';
import type { Metrics } from '../kernel/index.ts';
import { limits } from './limits.ts';
import { openApiDocument } from './openapi.ts';
import { refuseHttp } from './refusals.ts';
import type { Actor, Route } from './route.ts';
import { isFileAnswer } from './route.ts';
import { serveFile } from './static-files.ts';

export interface AppOptions extends GuardDeps {
  readonly routes: readonly Route[];
  readonly admission: Admission;
  readonly idempotency: IdempotencyDeps;
  readonly webFolder: string;
  /** Proxies in front of us whose `X-Forwarded-For` is believed. */
  readonly proxyHops: number;
}

const goneCodes: ReadonlySet<string> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

type RoutedContext = Context & { readonly params: Record<string, string> };

/** The HTTP door: one pipeline for every route, one table of errors, static faces behind everything else. */
export function createApp(options: AppOptions): Koa {
  const app = new Koa({ proxy: options.proxyHops > 0, maxIpsCount: options.proxyHops });
  const router = new Router();
  const streams = { under: 0 };
  for (const declared of options.routes)
    router[declared.method](declared.path, (ctx: RoutedContext) =>
      serve({ options, streams }, declared, ctx).catch(async (error: unknown) => {
        await options.admission.refused(ctx, error);
        throw error;
      }),
    );
  const document = openApiDocument(options.routes);
  router.get('/openapi.json', (ctx) => {
    ctx.body = document;
  });
  router.get('/docs', (ctx) => {
    serveApiPage(ctx, 'index.html');
  });
  router.get('/docs/:file', (ctx: RoutedContext) => {
    serveApiPage(ctx, ctx.params['file'] ?? '');
  });
  // Only what happens after the answer has begun comes here: a receiver that went away, or a file that could not be read to its end.
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (goneCodes.has(error.code ?? '')) options.log.debug('http.gone');
    else options.log.error('http.stream', {}, error);
  });
  app.use((ctx, next) => measure(options.metrics, ctx, next));
  app.use((ctx, next) => guard(options, ctx, next));
  app.use(async (ctx, next) => {
    checkAddress(ctx);
    await options.admission.address(ctx);
    await next();
  });
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
    refuseOtherMethods(router, ctx);
    serveFile(options.webFolder, ctx);
  });
  return app;
}

/** Times a request until its answer begins; a stream of records ends long after. */
async function measure(metrics: Metrics, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await next();
  const { status, method, routerPath } = ctx as Context & { readonly routerPath?: string };
  metrics.answered({ method, route: routerPath ?? 'file', status, seconds: (performance.now() - startedAt) / 1_000 });
}

function checkAddress({ url, querystring }: Context): void {
  if (Buffer.byteLength(url) > limits.maxUrlBytes) throw refuseHttp('HTTP_URL_TOO_LONG');
  if (querystring.split('&').length > limits.maxQueryParameters) throw refuseHttp('HTTP_QUERY_TOO_LONG');
}

function refuseOtherMethods(router: Router, ctx: Context): void {
  const allowed = router.match(ctx.path, ctx.method).path.flatMap(({ methods }) => methods);
  if (allowed.length === 0) return;
  ctx.set('allow', [...new Set(allowed)].join(', '));
  throw refuseHttp('HTTP_METHOD_NOT_ALLOWED');
}

interface Door {
  readonly options: AppOptions;
  /** Streams of records under way. */
  readonly streams: { under: number };
}

async function serve(door: Door, declared: Route, ctx: RoutedContext): Promise<void> {
  const actor = await door.options.admission.actor(ctx, declared);
  if (declared.isStream === true) enterStream(door, ctx);
  const raw = await bodyOf(declared, ctx);
  const body = declared.isStream === true ? undefined : declared.body?.parse(raw.value);
  const request = requestOf(declared, ctx, { actor, body });
  const handle = (): Promise<unknown> => declared.handle(request as never);
  const act = keyedAct(declared, ctx, { request, bytes: raw.bytes });
  if (act === undefined) {
    respond(ctx, await handle());
    return;
  }
  const { answer, isReplay } = await performOnce(door.options.idempotency, act, handle);
  if (isReplay) ctx.set('idempotency-replayed', 'true');
  respond(ctx, answer);
}

const noBody: JsonBody = { value: {}, bytes: new Uint8Array() };

/** Of every act but a stream, so that a key covers what was sent even where the route reads none of it. */
function bodyOf({ method, isStream }: Route, ctx: Context): Promise<JsonBody> {
  return method === 'get' || isStream === true ? Promise.resolve(noBody) : readJson(ctx);
}

function requestOf(declared: Route, ctx: RoutedContext, read: { readonly actor: Actor; readonly body: unknown }) {
  return {
    ...read,
    params: ctx.params,
    query: declared.query?.parse({ ...ctx.query }),
    stream: ctx.req,
    contentType: ctx.get('content-type'),
    bearer: declared.roles === 'credential' ? bearerOf(ctx) : '',
    idempotencyKey: keyOf(declared, ctx),
    reason: reasonOf(declared, ctx),
  };
}

/** An act that the caller has named; records of a stream are named by their source keys, so a stream is none. */
function keyedAct(
  { method, isStream, isIdempotent = false, isSecret = false }: Route,
  ctx: Context,
  { request, bytes }: { readonly request: ReturnType<typeof requestOf>; readonly bytes: Uint8Array },
): KeyedAct | undefined {
  const { idempotencyKey } = request;
  if (method === 'get' || isStream === true || idempotencyKey === '') return undefined;
  return {
    caller: callerOf(request),
    key: idempotencyKey,
    fingerprint: fingerprintOf(ctx.method, ctx.url, bytes),
    isRepeatable: isIdempotent,
    isSecret,
  };
}

/** Whoever trades a secret has no session yet: the digest of what he shows says who he is, so that two of them may choose the same key. */
function callerOf({ actor, bearer }: { readonly actor: Actor; readonly bearer: string }): string {
  return bearer === '' ? `${actor.role}/${actor.subject}` : `secret/${hash('sha256', bearer, 'hex')}`;
}

/** A place among the streams, given back when the answer has ended in whatever way. */
function enterStream({ streams }: Door, ctx: Context): void {
  if (streams.under >= limits.maxStreams) throw refuseHttp('HTTP_STREAMS_BUSY', { retryAfterSeconds: 5 });
  streams.under += 1;
  ctx.res.once('close', () => {
    streams.under -= 1;
  });
}

/** 8 to 64 visible characters; asked for where an act must not happen twice. */
function keyOf({ isIdempotent }: Route, ctx: Context): string {
  const key = ctx.get('idempotency-key');
  const isFit = /^[\x21-\x7e]{8,64}$/.test(key);
  if (!isFit && (isIdempotent === true || key !== '')) throw refuseHttp('HTTP_IDEMPOTENCY_KEY_MISSING');
  return key;
}

/** Why somebody looks at what is not his, in his own words; percent-encoded, as a header holds no Chinese. */
function reasonOf({ isLook = false }: Route, ctx: Context): string {
  const reason = decodedReason(ctx).trim().slice(0, limits.maxReasonCharacters);
  if (isLook && reason === '') throw refuseHttp('HTTP_REASON_MISSING', { field: 'tanhui-reason' });
  return reason;
}

function decodedReason(ctx: Context): string {
  try {
    return decodeURIComponent(ctx.get('tanhui-reason'));
  } catch (error) {
    throw refuseHttp('HTTP_INPUT_INVALID', { field: 'tanhui-reason' }, error);
  }
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
