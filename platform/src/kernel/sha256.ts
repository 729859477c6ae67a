import { hash } from 'node:crypto';

/** Room for the parts of one message; grows when a longer one comes and is used for every message after it. */
let scratch = Buffer.alloc(4_096);
const maxBytesPerUnit = 3;

/**
 * SHA-256 over parts laid end to end, texts as UTF-8; one shot, no copy of the parts and no buffer made for the answer, which is what costs.
 * `base64url` has no padding.
 */
export function sha256(parts: readonly (string | Uint8Array)[], encoding: 'hex' | 'base64' | 'base64url'): string {
  let room = 0;
  for (const part of parts) room += typeof part === 'string' ? part.length * maxBytesPerUnit : part.length;
  if (room > scratch.length) scratch = Buffer.alloc(2 * room);
  let end = 0;
  for (const part of parts) {
    if (typeof part === 'string') end += scratch.write(part, end);
    else {
      scratch.set(part, end);
      end += part.length;
    }
  }
  return hash('sha256', scratch.subarray(0, end), encoding);
}
