import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import { parseJson } from './json.ts';
import { limits } from './limits.ts';
import { refuseHttp } from './refusals.ts';

export interface JsonBody {
  readonly value: unknown;
  /** As it came, for a fingerprint. */
  readonly bytes: Uint8Array;
}

/** The JSON body of a request; an empty one is an empty object. */
export async function readJson(ctx: Context): Promise<JsonBody> {
  const bytes = await collect(ctx.req, limits.maxBodyBytes);
  if (bytes.length === 0) return { value: {}, bytes };
  if (ctx.is('application/json') !== 'application/json') throw refuseHttp('HTTP_MEDIA_TYPE', { field: 'content-type' });
  return { value: parseJson(bytes), bytes };
}

/** A whole body up to a bound in size and time. What is over it is read and thrown away, so that the answer reaches its sender. */
export function collect(
  request: Readable,
  maxBytes: number,
  timeoutMs: number = limits.bodyTimeoutMs,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => {
      reject(refuseHttp('HTTP_BODY_TOO_SLOW'));
    }, timeoutMs);
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      parts = [];
      finish();
    };
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= maxBytes) parts.push(part);
      else
        end(() => {
          reject(refuseHttp('HTTP_BODY_TOO_LARGE'));
        });
    });
    request.on('end', () => {
      const whole = Buffer.concat(parts);
      end(() => {
        resolve(whole);
      });
    });
    for (const event of ['aborted', 'error'])
      request.on(event, () => {
        end(() => {
          reject(refuseHttp('HTTP_BODY_INCOMPLETE'));
        });
      });
  });
}
