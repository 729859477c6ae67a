import type { Problem } from '../model/index.ts';

/** A refusal as the server worded it (RFC 9457), in the language that was asked for. */
export class ClientProblem extends Error {
  override readonly name = 'ClientProblem';
  readonly code: string;
  readonly status: number;
  /** What the caller can do next. */
  readonly next: string;
  readonly traceId: string | undefined;
  /** What of the request it is about, where it is about one thing. */
  readonly field: string | undefined;

  constructor(problem: Pick<Problem, 'title' | 'code' | 'status' | 'next'> & Partial<Problem>) {
    super(problem.detail ?? problem.title);
    this.code = problem.code;
    this.status = problem.status;
    this.next = problem.next;
    this.traceId = problem.traceId;
    this.field = problem.field;
  }
}

/** No answer came: the request may or may not have been carried out. Ask again with the same Idempotency-Key. */
export class ClientUnreachable extends Error {
  override readonly name = 'ClientUnreachable';

  constructor(cause: unknown) {
    super('The server did not answer', { cause });
  }
}

/** Reads a refusal from an answer; an unreadable body becomes a problem with the status as its code. */
export async function problemOf(response: Response): Promise<ClientProblem> {
  const fallback = {
    title: response.statusText === '' ? `HTTP ${response.status}` : response.statusText,
    code: `HTTP_${response.status}`,
    status: response.status,
    next: '',
  };
  const body: unknown = await response.json().catch(() => undefined);
  return new ClientProblem(isProblem(body) ? { ...fallback, ...body } : fallback);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}
