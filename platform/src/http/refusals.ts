import type { RefusalKind } from '@tanhui/sdk/model';
import type { RefusalText } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

function text(
  kind: RefusalKind,
  words: readonly [chinese: string, english: string, nextChinese: string, nextEnglish: string],
): RefusalText {
  const [chinese, english, nextChinese, nextEnglish] = words;
  return { kind, 'zh-CN': chinese, en: english, next: { 'zh-CN': nextChinese, en: nextEnglish } };
}

const shape = {
  HTTP_INPUT_INVALID: text('invalid', [
    '请求内容不符合要求',
    'The request does not fit its schema',
    '对照 OpenAPI 文档更正指出的字段',
    'Correct the field named here; the OpenAPI page has the schema',
  ]),
  HTTP_NOT_JSON: text('invalid', [
    '请求体不是 UTF-8 编码的 JSON',
    'The body is not JSON in UTF-8',
    '检查内容和编码',
    'Check the content and its encoding',
  ]),
  HTTP_MEDIA_TYPE: text('invalid', [
    '不支持这种 Content-Type',
    'This Content-Type is not taken here',
    '使用 application/json；记录也可用 application/x-ndjson',
    'Use application/json; records may also come as application/x-ndjson',
  ]),
  HTTP_JSON_TOO_DEEP: text('invalid', [
    'JSON 嵌套过深',
    'The JSON is nested too deeply',
    '最多 32 层',
    'At most 32 levels',
  ]),
  HTTP_BODY_INCOMPLETE: text('invalid', [
    '请求体没有传完',
    'The body ended before its time',
    '重新发送整个请求',
    'Send the whole request again',
  ]),
  HTTP_MALFORMED: text('invalid', [
    '不是有效的 HTTP 请求',
    'This is not a valid HTTP request',
    '检查客户端',
    'Check the client',
  ]),
};

const bounds = {
  HTTP_BODY_TOO_LARGE: text('limit', ['请求体过大', 'The body is too large', '分批提交', 'Send smaller batches']),
  HTTP_BODY_TOO_SLOW: text('limit', [
    '请求体传输过慢',
    'The body came too slowly',
    '检查网络后重新发送',
    'Check the network, then send it again',
  ]),
  HTTP_URL_TOO_LONG: text('limit', ['网址过长', 'The address is too long', '缩短查询参数', 'Shorten the query']),
  HTTP_HEADERS_TOO_LARGE: text('limit', [
    '请求头过大',
    'The headers are too large',
    '请求头合计最多 16 KB',
    'All headers together hold at most 16 KB',
  ]),
  HTTP_QUERY_TOO_LONG: text('limit', [
    '查询参数过多',
    'There are too many query parameters',
    '最多 30 个',
    'At most 30',
  ]),
  HTTP_RATE_LIMITED: text('limit', [
    '请求过于频繁',
    'There are too many requests',
    '按 Retry-After 所示秒数等待后重试',
    'Wait the seconds that Retry-After names, then try again',
  ]),
  HTTP_STREAMS_BUSY: text('limit', [
    '同时传输的记录流过多',
    'Too many streams of records are under way',
    '按 Retry-After 所示秒数等待后重试',
    'Wait the seconds that Retry-After names, then try again',
  ]),
};

const readiness = {
  HTTP_NOT_READY: text('unavailable', [
    '服务还不能接受请求',
    'The server is not ready to take requests',
    '查看所列部分（存储或账本）的日志',
    'Look into the log of the part named here: store or ledger',
  ]),
};

const address = {
  HTTP_NOT_FOUND: text('not-found', ['没有这个地址', 'There is nothing at this address', '查看 /docs', 'See /docs']),
  HTTP_METHOD_NOT_ALLOWED: text('invalid', [
    '这个地址不接受这种方法',
    'This address does not take this method',
    '使用 Allow 所列的方法',
    'Use one of the methods that Allow lists',
  ]),
};

const identity = {
  HTTP_TOKEN_MISSING: text('unauthenticated', ['需要登录', 'A credential is needed', '请先登录', 'Sign in first']),
  HTTP_TOKEN_INVALID: text('unauthenticated', [
    '令牌无效',
    'The token is not valid',
    '请重新登录，或用凭证换取新的令牌',
    'Sign in again, or trade the credential for a new token',
  ]),
  HTTP_TOKEN_EXPIRED: text('unauthenticated', [
    '登录已过期',
    'The token has expired',
    '请重新登录，或用凭证换取新的令牌',
    'Sign in again, or trade the credential for a new token',
  ]),
  HTTP_ROLE_FORBIDDEN: text('forbidden', [
    '您的身份不能使用这项功能',
    'Your role may not do this',
    '换用有权限的身份',
    'Use an identity that may',
  ]),
  HTTP_REASON_MISSING: text('invalid', [
    '没有写明为什么查看',
    'It was not said why you look',
    '在 tanhui-reason 里写明理由（百分号编码）；它会写入审计留痕，本人看得到',
    'Say why in tanhui-reason, percent-encoded; it stands in the trail, where the person reads it',
  ]),
  HTTP_DEMO_ONLY: text('forbidden', [
    '演示身份只在演示环境可用',
    'Demo identities exist in the demo only',
    '使用正式登录',
    'Use the real sign-in',
  ]),
};

const repetition = {
  HTTP_IDEMPOTENCY_KEY_MISSING: text('invalid', [
    '缺少 Idempotency-Key',
    'The Idempotency-Key is missing',
    '为每一次操作生成一个新的键（8 至 64 个可见字符）',
    'Make one new key for each act: 8 to 64 visible characters',
  ]),
  HTTP_IDEMPOTENCY_CONFLICT: text('conflict', [
    '同一个 Idempotency-Key 已用于另一个请求',
    'The Idempotency-Key was used for another request',
    '为这次操作生成一个新的键',
    'Make a new key for this act',
  ]),
  HTTP_IDEMPOTENCY_UNDER_WAY: text('conflict', [
    '同一个操作正在进行',
    'The same act is under way',
    '按 Retry-After 所示秒数等待后用同一个键重试',
    'Wait the seconds that Retry-After names, then try again with the same key',
  ]),
  HTTP_IDEMPOTENCY_UNKNOWN: text('conflict', [
    '上一次操作的结果未知',
    'How the act ended is not known',
    '先查看是否已经生效；如没有，用新的键重试',
    'Look whether it took effect; if it did not, try again with a new key',
  ]),
  HTTP_IDEMPOTENCY_SECRET_SHOWN: text('conflict', [
    '操作已完成，密钥只显示一次',
    'The act was carried out; its secret is shown only once',
    '如未收到密钥，请轮换凭证',
    'Rotate the credential if the secret did not arrive',
  ]),
};

/** Refusals of the door itself: what never reached a module. */
export const httpRefusals = {
  ...shape,
  ...bounds,
  ...readiness,
  ...address,
  ...identity,
  ...repetition,
} as const satisfies Readonly<Record<string, RefusalText>>;

export const refuseHttp = refuser(httpRefusals);
