import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Clock } from '../kernel/index.ts';
import { refuseHttp } from './refusals.ts';
import type { Role } from './route.ts';

const issuer = 'tanhui-embedded';
const roles: readonly string[] = ['citizen', 'partner', 'agency', 'operator'] satisfies readonly Role[];
/** Of a demo's sign-in and of the command line, which have no credential to ask about. */
export const sessionLifetimeMs = 12 * 3_600_000;
/** Of a token that a credential was traded for. */
export const tokenLifetimeMs = 15 * 60_000;

/** What a token says: who, as what, and the credential behind it where there is one. */
export interface TokenClaims {
  readonly subject: string;
  readonly role: Role;
  readonly credential?: string;
  /** Which secret of the credential it was got with. */
  readonly generation?: string;
}

/** The embedded issuer: bearer tokens with one role. */
export interface Tokens {
  issue(claims: TokenClaims, lifetimeMs?: number): Promise<string>;
  verify(token: string): Promise<TokenClaims>;
}

export function createTokens(key: Uint8Array, clock: Clock): Tokens {
  return {
    issue: ({ subject, role, credential, generation }, lifetimeMs = sessionLifetimeMs) =>
      new SignJWT({ role, ...(credential !== undefined && { crd: credential, gen: generation }) })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setIssuedAt(new Date(clock.now()))
        .setExpirationTime(new Date(clock.now() + lifetimeMs))
        .sign(key),
    async verify(token) {
      const { payload } = await jwtVerify(token, key, {
        issuer,
        algorithms: ['HS256'],
        currentDate: new Date(clock.now()),
      }).catch((error: unknown) => {
        throw refuseHttp(error instanceof errors.JWTExpired ? 'HTTP_TOKEN_EXPIRED' : 'HTTP_TOKEN_INVALID', {}, error);
      });
      return claimsOf(payload);
    },
  };
}

function claimsOf({ sub, role, crd, gen }: JWTPayload): TokenClaims {
  if (typeof sub !== 'string' || typeof role !== 'string' || !roles.includes(role))
    throw refuseHttp('HTTP_TOKEN_INVALID');
  return {
    subject: sub,
    role: role as Role,
    ...(typeof crd === 'string' && typeof gen === 'string' && { credential: crd, generation: gen }),
  };
}
