import { limits } from './limits.ts';
import { refuseHttp } from './refusals.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON that a stranger sent: UTF-8 only, bounded depth, no key that reaches a prototype, no number beyond a double. */
export function parseJson(bytes: Uint8Array, parse: (text: string) => unknown = JSON.parse): unknown {
  let parsed: unknown;
  try {
    parsed = parse(utf8.decode(bytes));
  } catch (error) {
    throw refuseHttp('HTTP_NOT_JSON', {}, error);
  }
  checkJson(parsed, 1);
  return parsed;
}

/** The walk goes no deeper than the bound, so that a hostile depth cannot exhaust the stack. */
function checkJson(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw refuseHttp('HTTP_INPUT_INVALID', { field: 'number' });
  if (typeof value !== 'object' || value === null) return;
  if (depth > limits.maxJsonDepth) throw refuseHttp('HTTP_JSON_TOO_DEEP');
  if (Object.hasOwn(value, '__proto__')) throw refuseHttp('HTTP_INPUT_INVALID', { field: '__proto__' });
  for (const member of Object.values(value)) checkJson(member, depth + 1);
}
