import { ZodError } from 'zod';
import type { Problem, RefusalKind } from '@tanhui/sdk/model';
import type { RefusalText } from '../kernel/index.ts';
import { filledText, Refusal } from '../kernel/index.ts';
import { LedgerFailure, ledgerRefusal } from '../ledger/index.ts';
import { refuseStorage, StorageConflict } from '../storage/index.ts';

/** The only place where a kind becomes a status. */
const statusOfKind: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  limit: 429,
  unavailable: 503,
};

/** The transport’s own refusals, for which HTTP has a status of their own. */
const statusOfTransport: Readonly<Record<string, number>> = {
  HTTP_BODY_TOO_LARGE: 413,
  HTTP_BODY_TOO_SLOW: 408,
  HTTP_URL_TOO_LONG: 414,
  HTTP_QUERY_TOO_LONG: 414,
  HTTP_HEADERS_TOO_LARGE: 431,
  HTTP_MEDIA_TYPE: 415,
  HTTP_METHOD_NOT_ALLOWED: 405,
};

export type Language = 'zh-CN' | 'en';
export type RefusalTexts = (code: string) => RefusalText | undefined;

export function statusOf({ code, kind }: { readonly code: string; readonly kind: RefusalKind }): number {
  return statusOfTransport[code] ?? statusOfKind[kind];
}

const unknownText = {
  'zh-CN': '请求被拒绝',
  en: 'The request was refused',
  next: { 'zh-CN': '请联系平台并附上追踪号', en: 'Contact the platform with the trace id' },
};

/** The answer to anything thrown: a refusal with its texts, or a bare 500 for a defect. */
export function problemOf(
  error: unknown,
  context: { readonly texts: RefusalTexts; readonly language: Language; readonly traceId: string },
): Problem {
  const refusal = refusalOf(error);
  if (refusal === undefined) return defect(context);
  const text = context.texts(refusal.code) ?? unknownText;
  const { line, field } = refusal.details;
  return {
    type: `urn:tanhui:refusal:${refusal.code}`,
    title: refusal.code,
    status: statusOf(refusal),
    code: refusal.code,
    detail: filledText(text[context.language], refusal.details),
    next: filledText(text.next[context.language], refusal.details),
    traceId: context.traceId,
    ...(line !== undefined && { line }),
    ...(field !== undefined && { field }),
  };
}

/** What was thrown as a refusal, where it is one in other clothes; undefined for a defect. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof LedgerFailure) return ledgerRefusal(error);
  if (error instanceof StorageConflict) return refuseStorage('STORAGE_CONTENDED', { retryAfterSeconds: 1 }, error);
  if (!(error instanceof ZodError)) return undefined;
  const [issue] = error.issues;
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  return new Refusal('HTTP_INPUT_INVALID', 'invalid', {
    details: { field: path.join('.').slice(0, 100) },
    cause: error,
  });
}

function defect({ language, traceId }: { readonly language: Language; readonly traceId: string }): Problem {
  return {
    type: 'urn:tanhui:defect',
    title: 'DEFECT',
    status: 500,
    code: 'DEFECT',
    detail: language === 'en' ? 'Something went wrong on our side' : '平台内部出错',
    next:
      language === 'en'
        ? 'Try again; contact the platform with the trace id if it stays'
        : '请重试；如仍出错，请联系平台并附上追踪号',
    traceId,
  };
}
