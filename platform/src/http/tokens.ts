import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';
import { httpRefusals } from './errors.ts';
import type { Actor, Role } from './route.ts';

const refuse = refuser(httpRefusals);
const issuer = 'tanhui-embedded';
const roles: readonly string[] = ['citizen', 'partner', 'agency', 'operator'] satisfies readonly Role[];
export const tokenLifetimeMs = 12 * 3_600_000;

/** The embedded issuer: bearer tokens with one role. */
export interface Tokens {
  issue(actor: Actor): Promise<string>;
  verify(authorization: string | undefined): Promise<Actor>;
}

export function createTokens(key: Uint8Array, clock: Clock): Tokens {
  return {
    issue: ({ subject, role }) =>
      new SignJWT({ role })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setIssuedAt(new Date(clock.now()))
        .setExpirationTime(new Date(clock.now() + tokenLifetimeMs))
        .sign(key),
    async verify(authorization) {
      if (authorization?.startsWith('Bearer ') !== true) throw refuse('HTTP_TOKEN_MISSING');
      try {
        const { payload } = await jwtVerify(authorization.slice(7), key, {
          issuer,
          algorithms: ['HS256'],
          currentDate: new Date(clock.now()),
        });
        if (typeof payload.sub === 'string' && typeof payload['role'] === 'string' && roles.includes(payload['role'])) {
          return { subject: payload.sub, role: payload['role'] as Role };
        }
      } catch (error) {
        throw refuse('HTTP_TOKEN_INVALID', {}, error);
      }
      throw refuse('HTTP_TOKEN_INVALID');
    },
  };
}
