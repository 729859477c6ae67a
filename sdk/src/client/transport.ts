import { ClientUnreachable, problemOf } from './problem.ts';

export type Locale = 'zh-CN' | 'en';

export interface ClientOptions {
  /** Origin and prefix of the server, without a trailing slash; empty for the page's own origin. */
  readonly baseUrl: string;
  /** Bearer token, or a function that gives the current one. */
  readonly token?: string | (() => string | undefined);
  readonly fetch?: typeof globalThis.fetch;
  /** The programme that calls are about which name none; absent, the server's own. */
  readonly programme?: () => string | undefined;
  /** Language of refusals, or a function that gives the current one. */
  readonly locale: Locale | (() => Locale);
}

/** Of every list: `next` of a page is the `cursor` of the one after it. */
export interface Paging {
  readonly cursor?: string | undefined;
  readonly limit?: number;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly query?: Query;
  readonly body?: unknown;
  /** Lines of JSON instead of one body: records. */
  readonly lines?: string;
  /** Made by the caller before the first try and kept for every repetition of the same wish. */
  readonly idempotencyKey?: string;
  /** Why the caller looks at what is somebody's. */
  readonly reason?: string;
}

export interface Transport {
  /** Of whoever made the client. */
  readonly programme: () => string | undefined;
  readonly json: <Answer>(path: string, call?: Call) => Promise<Answer>;
  readonly bytes: (path: string, call?: Call) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Sends calls to the server: bearer token, language, problem+json as `ClientProblem`, silence as `ClientUnreachable`. */
export function createTransport(options: ClientOptions): Transport {
  const send = options.fetch ?? globalThis.fetch.bind(globalThis);

  async function answer(path: string, call: Call): Promise<Response> {
    const response = await heard(send(`${options.baseUrl}${path}${queryText(call.query)}`, requestOf(options, call)));
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  return {
    programme: options.programme ?? (() => undefined),
    async json<Answer>(path: string, call: Call = {}): Promise<Answer> {
      const response = await answer(path, call);
      return (response.status === 204 ? undefined : await heard(response.json())) as Answer;
    },
    async bytes(path, call = {}) {
      const response = await answer(path, call);
      return new Uint8Array(await heard(response.arrayBuffer()));
    },
  };
}

/** An answer that does not come, or breaks off, is silence. */
function heard<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return asked.catch((cause: unknown) => {
    throw new ClientUnreachable(cause);
  });
}

function requestOf(options: ClientOptions, call: Call): RequestInit {
  const token = typeof options.token === 'function' ? options.token() : options.token;
  const locale = typeof options.locale === 'function' ? options.locale() : options.locale;
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': locale };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  // A header holds no Chinese.
  if (call.reason !== undefined) headers['tanhui-reason'] = encodeURIComponent(call.reason);
  if (call.lines !== undefined) headers['content-type'] = 'application/x-ndjson';
  else if (call.body !== undefined) headers['content-type'] = 'application/json';
  return {
    method: call.method ?? 'GET',
    headers,
    ...bodyOf(call),
  };
}

function bodyOf({ lines, body }: Call): { body?: string } {
  if (lines !== undefined) return { body: lines };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
