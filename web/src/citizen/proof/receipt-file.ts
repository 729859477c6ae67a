import type { AnyReceipt } from '@tanhui/sdk/model';
import { kindOf } from './proof-steps.ts';

const maxFileBytes = 262_144;

/** A file that a person picked, read on the device: a receipt of a trip or of a payment, or why it is none. */
export type ReceiptFile =
  | { readonly kind: 'receipt'; readonly receipt: AnyReceipt }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'unreadable' };

export async function readReceiptFile(file: Blob): Promise<ReceiptFile> {
  if (file.size > maxFileBytes) return { kind: 'too-large' };
  try {
    const parsed: unknown = JSON.parse(await file.text());
    return isReceipt(parsed) ? { kind: 'receipt', receipt: parsed } : { kind: 'unreadable' };
  } catch {
    return { kind: 'unreadable' };
  }
}

/** Only so much as the page needs to speak about it; the verifier judges the rest. */
function isReceipt(value: unknown): value is AnyReceipt {
  if (!isObject(value)) return false;
  const { header, path } = value;
  const body = value[kindOf(value as Pick<AnyReceipt, 'format'>)];
  return isObject(body) && isObject(header) && Array.isArray(path);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
