import type { Readable } from 'node:stream';
import type { Answers } from '@tanhui/sdk/client';
import type { z } from 'zod';

export type Role = 'citizen' | 'partner' | 'agency' | 'operator';

/** 行为人: who calls; services get this and never a Koa context. */
export interface Actor {
  readonly subject: string;
  readonly role: Role;
  /** The credential behind the token, where there is one, and its scope. */
  readonly credential?: string;
  readonly sources?: readonly string[];
  readonly programme?: string;
}

export interface RequestOf<Query, Body> {
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Of routes that read a stream of records themselves. */
  readonly stream: Readable;
  readonly contentType: string;
  /** Of routes that ask for one; empty elsewhere. */
  readonly idempotencyKey: string;
  /** Of routes that trade a secret for something: what stood in `Authorization`. */
  readonly bearer: string;
  /** Why the caller looks, from the header `tanhui-reason`; never empty where the route is a look. */
  readonly reason: string;
}

/** An answer that is not JSON: a file to take home. */
export interface FileAnswer {
  readonly file: Uint8Array | string | Readable;
  readonly type: string;
  readonly name?: string;
}

export function isFileAnswer(answer: unknown): answer is FileAnswer {
  return typeof answer === 'object' && answer !== null && 'file' in answer && 'type' in answer;
}

/** One operation: the router, the checks in front of it and the OpenAPI document are all made from this. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  /** Roles that may call; `open` for what needs no credential, `credential` for what takes the secret itself. */
  readonly roles: readonly Role[] | 'open' | 'credential';
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The handler reads the body itself, as a stream. */
  readonly isStream?: boolean;
  /** The act must be named with an Idempotency-Key, which its module takes too: sent again it is the same act. Every other act may be named. */
  readonly isIdempotent?: boolean;
  /** Shows what is somebody's: asks for the reason, which stands in the trail. */
  readonly isLook?: boolean;
  /** The answer holds a secret: it is shown once and never kept. */
  readonly isSecret?: boolean;
  /** Content type of the answer where it is not JSON. */
  readonly produces?: string;
  readonly handle: (request: RequestOf<never, never>) => Promise<unknown>;
}

/** What the SDK says that the operation answers; an operation that it does not list answers a file. */
type AnswerOf<Operation extends string> = Operation extends keyof Answers
  ? Answers[Operation] | FileAnswer
  : FileAnswer;

/** Declares a route: query and body typed by their schemas, the answer by the SDK. */
export function route<
  Method extends Route['method'],
  Path extends string,
  Query extends z.ZodType,
  Body extends z.ZodType,
>(
  declared: Omit<Route, 'method' | 'path' | 'handle' | 'query' | 'body'> & {
    readonly method: Method;
    readonly path: Path;
    readonly query?: Query;
    readonly body?: Body;
    readonly handle: (request: RequestOf<z.output<Query>, z.output<Body>>) => Promise<AnswerOf<`${Method} ${Path}`>>;
  },
): Route {
  return declared;
}
