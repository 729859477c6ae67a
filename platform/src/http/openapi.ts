import { createDocument } from 'zod-openapi';
import type { ZodOpenApiComponentsObject, ZodOpenApiMediaTypeObject, ZodOpenApiOperationObject } from 'zod-openapi';
import { z } from 'zod';
import described from './answers.schema.json' with { type: 'json' };
import { limits } from './limits.ts';
import type { Route } from './route.ts';

const problem = z
  .object({
    type: z.string().describe('URN of the code'),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable; docs/reference/refusals.md lists all of them'),
    detail: z.string().describe('What is wrong, in the language of Accept-Language (zh-CN or en)'),
    next: z.string().describe('What to do about it'),
    traceId: z.string().describe('Names this answer in our logs'),
    line: z.number().int().optional(),
    field: z.string().optional(),
  })
  .meta({ id: 'Problem', description: '拒绝 as problem+json (RFC 9457)' });

/** Our tests read answers strictly; who uses the interface must let members be added. */
const answers = JSON.parse(
  JSON.stringify(described, (key, value: unknown) => (isClosing(key, value) ? undefined : value)),
) as {
  readonly operations: Readonly<Record<string, NonNullable<ZodOpenApiMediaTypeObject['schema']>>>;
  readonly schemas: NonNullable<ZodOpenApiComponentsObject['schemas']>;
};

function isClosing(key: string, value: unknown): boolean {
  return key === 'additionalProperties' && value === false;
}

const refused = { description: 'Refused', content: { 'application/problem+json': { schema: problem } } };
const records = z.array(z.record(z.string(), z.union([z.string(), z.number()])));

/** OpenAPI 3.1 of exactly the routes that are served. */
export function openApiDocument(routes: readonly Route[]): unknown {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const declared of routes) {
    const path = openApiPath(declared.path);
    paths[path] = { ...paths[path], [declared.method]: operationOf(declared) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tanhui 碳惠',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Amounts are whole numbers as decimal strings; instants are milliseconds since the epoch; days are UTC+8. Of a list, `next` is the `cursor` of the page after it.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ path }) => tagOf(path)))].map((name) => ({ name })),
    paths,
    components: {
      schemas: answers.schemas,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Token of fifteen minutes: POST /v1/tokens trades the secret of a credential for one',
        },
      },
    },
  });
}

function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** The part of the city that a path belongs to. */
export function tagOf(path: string): string {
  const [first = '', second] = path.split('/').filter((part) => part !== '');
  return first === 'v1' && second !== undefined ? second : 'health';
}

/** Stable name of an operation for generated clients: `getAuditDaysByDay`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[/-]/).filter((word) => word !== '' && word !== 'v1');
  const name = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word))).join('');
  return `${method}${name}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function operationOf(declared: Route): ZodOpenApiOperationObject {
  const body = requestBodyOf(declared);
  return {
    operationId: operationIdOf(declared),
    tags: [tagOf(declared.path)],
    summary: declared.summary,
    ...(declared.roles === 'open'
      ? { security: [] }
      : { security: [{ bearer: [] }], description: whoMayCall(declared.roles) }),
    requestParams: parametersOf(declared),
    ...(body !== undefined && { requestBody: body }),
    responses: {
      '200': { description: 'Done', content: { [declared.produces ?? 'application/json']: answerOf(declared) } },
      default: refused,
    },
  };
}

/** A file has no schema; of everything else the SDK says what it is. */
function answerOf({ method, path }: Route): ZodOpenApiMediaTypeObject {
  const schema = answers.operations[`${method} ${path}`];
  return schema === undefined ? {} : { schema };
}

function whoMayCall(roles: Exclude<Route['roles'], 'open'>): string {
  return roles === 'credential' ? 'The secret itself is the bearer' : `Roles: ${roles.join(', ')}`;
}

function parametersOf(declared: Route): NonNullable<ZodOpenApiOperationObject['requestParams']> {
  const names = [...declared.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const isAct = declared.method !== 'get' && declared.isStream !== true;
  return {
    ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
    ...(declared.query !== undefined && { query: declared.query as z.ZodObject }),
    ...(isAct && { header: z.object({ 'idempotency-key': keyOf(declared) }) }),
    ...(declared.isLook === true && { header: z.object({ 'tanhui-reason': lookReason }) }),
  };
}

const lookReason = z
  .string()
  .max(limits.maxReasonCharacters)
  .describe('Why the caller looks, percent-encoded; it stands in the trail, where the person reads it');

function keyOf({ isIdempotent }: Route): z.ZodType {
  const key = z
    .string()
    .regex(/^[\x21-\x7e]{8,64}$/)
    .describe('Made by the caller for one act; sent again it is the same act and gets the same answer');
  return isIdempotent === true ? key : key.optional();
}

function requestBodyOf({ body, isStream }: Route): ZodOpenApiOperationObject['requestBody'] {
  if (isStream === true)
    return {
      required: true,
      description: 'A JSON array, or one JSON object a line and any number of lines',
      content: { 'application/json': { schema: records }, 'application/x-ndjson': { schema: z.string() } },
    };
  return body === undefined ? undefined : { required: true, content: { 'application/json': { schema: body } } };
}
