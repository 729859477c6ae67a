import { ZodError } from 'zod';
import type { Problem, RefusalKind } from '@tanhui/sdk/model';
import type { RefusalText } from '../kernel/index.ts';
import { Refusal } from '../kernel/index.ts';

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

export type Language = 'zh-CN' | 'en';
export type RefusalTexts = (code: string) => RefusalText | undefined;

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
  const refusal = asRefusal(error);
  if (refusal === undefined) return defect(context);
  const text = context.texts(refusal.code) ?? unknownText;
  const { line, field } = refusal.details;
  return {
    type: `urn:tanhui:refusal:${refusal.code}`,
    title: refusal.code,
    status: statusOfKind[refusal.kind],
    code: refusal.code,
    detail: text[context.language],
    next: text.next[context.language],
    traceId: context.traceId,
    ...(line !== undefined && { line }),
    ...(field !== undefined && { field }),
  };
}

function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return new Refusal('HTTP_INPUT_INVALID', 'invalid', {
      details: { field: issue?.path.join('.') ?? '' },
      cause: error,
    });
  }
  return undefined;
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

function text(
  kind: RefusalKind,
  words: readonly [chinese: string, english: string, nextChinese: string, nextEnglish: string],
): RefusalText {
  const [chinese, english, nextChinese, nextEnglish] = words;
  return { kind, 'zh-CN': chinese, en: english, next: { 'zh-CN': nextChinese, en: nextEnglish } };
}

export const httpRefusals = {
  HTTP_INPUT_INVALID: text('invalid', [
    '请求内容不符合要求',
    'The request does not fit its schema',
    '对照 OpenAPI 文档更正指出的字段',
    'Correct the field named here; the OpenAPI page has the schema',
  ]),
  HTTP_BODY_TOO_LARGE: text('limit', ['请求体过大', 'The body is too large', '分批提交', 'Send smaller batches']),
  HTTP_NOT_JSON: text('invalid', [
    '请求体不是 JSON',
    'The body is not JSON',
    '检查内容和 Content-Type',
    'Check the content and its Content-Type',
  ]),
  HTTP_NOT_FOUND: text('not-found', [
    '没有这个地址',
    'There is nothing at this address',
    '查看 /openapi.json',
    'See /openapi.json',
  ]),
  HTTP_TOKEN_MISSING: text('unauthenticated', ['需要登录', 'A credential is needed', '请先登录', 'Sign in first']),
  HTTP_TOKEN_INVALID: text('unauthenticated', [
    '凭证无效或已过期',
    'The credential is not valid or has expired',
    '请重新登录',
    'Sign in again',
  ]),
  HTTP_ROLE_FORBIDDEN: text('forbidden', [
    '您的身份不能使用这项功能',
    'Your role may not do this',
    '换用有权限的身份',
    'Use an identity that may',
  ]),
  HTTP_IDEMPOTENCY_KEY_MISSING: text('invalid', [
    '缺少 Idempotency-Key',
    'The Idempotency-Key is missing',
    '为每一次操作生成一个新的键',
    'Make one new key for each act',
  ]),
  HTTP_DEMO_ONLY: text('forbidden', [
    '演示身份只在演示环境可用',
    'Demo identities exist in the demo only',
    '使用正式登录',
    'Use the real sign-in',
  ]),
} as const satisfies Readonly<Record<string, RefusalText>>;
