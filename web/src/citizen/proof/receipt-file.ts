import type { Receipt } from '@tanhui/sdk/model';

const maxFileBytes = 262_144;

/** A file that a person picked, read on the device: a receipt, or why it is none. */
export type ReceiptFile =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
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
function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== 'object' || value === null) return false;
  const { record, header, path } = value as Readonly<Record<string, unknown>>;
  return (
    typeof record === 'object' &&
    record !== null &&
    typeof header === 'object' &&
    header !== null &&
    Array.isArray(path)
  );
}
