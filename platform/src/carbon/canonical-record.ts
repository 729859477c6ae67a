import { hash } from 'node:crypto';
import type { CarbonRecordBody } from '@tanhui/sdk/model';
import { canonicalJson } from '../kernel/index.ts';

const saltTag = Buffer.from('tanhui-salt-v1\0');
const commitmentTag = Buffer.from('tanhui-commitment-v1\0');
const nullifierTag = Buffer.from('tanhui-nullifier-v1\0');
const nullifierBytes = 16;

/** The canonical bytes of a record. @see docs/spec/canonical-v1.md §2 */
export function recordBytes(body: CarbonRecordBody): Buffer {
  return Buffer.from(canonicalJson({ ...body }));
}

/** Opens a record's commitment; derived from the account's one secret, so that destroying the secret closes every opening at once. §2 */
export function saltOf(secret: Uint8Array, recordId: string): Buffer {
  return sha256([saltTag, secret, Buffer.from(recordId)]);
}

export function commitmentOf(salt: Uint8Array, record: Uint8Array): Buffer {
  return sha256([commitmentTag, salt, record]);
}

/** Names the fact without the person: the same trip of the same account always has the same one. §2 */
export function nullifierOf(secret: Uint8Array, scope: string): Buffer {
  return sha256([nullifierTag, secret, Buffer.from(scope)]).subarray(0, nullifierBytes);
}

function sha256(parts: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
