import type { Context } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { standingOfToken } from '../identity/index.ts';
import type { Clock } from '../kernel/index.ts';
import { Refusal } from '../kernel/index.ts';
import type { DocumentStore } from '../storage/index.ts';
import { limits } from './limits.ts';
import type { Rates } from './limits.ts';
import { refuseHttp } from './refusals.ts';
import type { Actor, Route } from './route.ts';
import type { Tokens } from './tokens.ts';

export interface AdmissionDeps {
  readonly tokens: Tokens;
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly rates: Rates;
}

/** 准入: who calls, and whether there is room for the call. Counts are kept by this replica. */
export interface Admission {
  /** Before anything is read of the request. */
  address(ctx: Context): Promise<void>;
  actor(ctx: Context, route: Route): Promise<Actor>;
  /** After a refusal: a wrong secret counts against its address, an expired or absent one does not. */
  refused(ctx: Context, error: unknown): Promise<void>;
}

const nobody: Actor = { subject: 'nobody', role: 'citizen' };
const minute = 60;
const guesses = new Set(['HTTP_TOKEN_INVALID', 'IDENTITY_CREDENTIAL_INVALID', 'IDENTITY_BOOTSTRAP_INVALID']);

export function createAdmission(deps: AdmissionDeps): Admission {
  const byAddress = perMinute(deps.rates.perAddressPerMinute);
  const byActor = perMinute(deps.rates.perCredentialPerMinute);
  const failures = perMinute(limits.maxFailedSignInsPerMinute);
  return {
    address: (ctx) => take(byAddress, ctx.ip),
    async actor(ctx, route) {
      if (route.roles === 'open') return nobody;
      const failed = await failures.get(ctx.ip);
      if (failed !== null && failed.remainingPoints <= 0) throw limited(failed);
      if (route.roles === 'credential') {
        bearerOf(ctx);
        return nobody;
      }
      const actor = await identify(deps, ctx);
      await take(byActor, actor.credential ?? `${actor.role}/${actor.subject}`);
      if (!route.roles.includes(actor.role)) throw refuseHttp('HTTP_ROLE_FORBIDDEN');
      return actor;
    },
    async refused(ctx, error) {
      if (error instanceof Refusal && guesses.has(error.code)) await failures.penalty(ctx.ip);
    },
  };
}

function perMinute(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: minute });
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (error instanceof RateLimiterRes) throw limited(error);
    throw error;
  }
}

function limited({ msBeforeNext }: RateLimiterRes): Error {
  return refuseHttp('HTTP_RATE_LIMITED', { retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) });
}

/** The bearer of a request, without its scheme. */
export function bearerOf(ctx: Context): string {
  const [scheme, bearer, ...rest] = ctx.get('authorization').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || bearer === undefined || bearer === '' || rest.length > 0)
    throw refuseHttp('HTTP_TOKEN_MISSING');
  return bearer;
}

/** A token with a credential behind it is as good as the credential is now, and has the credential's scope. */
async function identify({ tokens, store, clock }: AdmissionDeps, ctx: Context): Promise<Actor> {
  const { credential, generation, ...claims } = await tokens.verify(bearerOf(ctx));
  if (credential === undefined || generation === undefined) return claims;
  const { role, subject, sources, programme } = await standingOfToken(store, { credential, generation }, clock.now());
  return {
    role,
    subject,
    credential,
    ...(sources !== undefined && { sources }),
    ...(programme !== undefined && { programme }),
  };
}
