import type { Context } from 'koa';
import type { Log, Metrics, Random } from '../kernel/index.ts';
import type { Language, RefusalTexts } from './errors.ts';
import { problemOf, refusalOf } from './errors.ts';

export interface GuardDeps {
  readonly texts: RefusalTexts;
  readonly log: Log;
  readonly random: Random;
  readonly metrics: Metrics;
}

/** Around everything: a trace id, and one answer to whatever is thrown. */
export async function guard(deps: GuardDeps, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const traceId = Buffer.from(deps.random.bytes(8)).toString('hex');
  ctx.set('trace-id', traceId);
  try {
    await next();
  } catch (error) {
    const problem = problemOf(error, { texts: deps.texts, language: languageOf(ctx), traceId });
    const refusal = refusalOf(error);
    deps.metrics.refused(problem.code);
    // As the route is declared: what stands in an address may name a person.
    const { routerPath: route = 'file' } = ctx as Context & { readonly routerPath?: string };
    if (refusal === undefined) deps.log.error('http.defect', { traceId, method: ctx.method, route }, error);
    const retryAfter = refusal?.details['retryAfterSeconds'];
    if (retryAfter !== undefined) ctx.set('retry-after', String(retryAfter));
    if (problem.status === 401) ctx.set('www-authenticate', 'Bearer');
    // What is left of the body is not read: the connection is not used again.
    if (!ctx.req.complete) ctx.set('connection', 'close');
    ctx.status = problem.status;
    ctx.body = JSON.stringify(problem);
    ctx.type = 'application/problem+json';
  }
}

export function languageOf(ctx: Context): Language {
  return ctx.acceptsLanguages('zh-CN', 'zh', 'en') === 'en' ? 'en' : 'zh-CN';
}
