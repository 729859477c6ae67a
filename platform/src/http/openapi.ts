import { createDocument } from 'zod-openapi';
import { z } from 'zod';
import type { Route } from './route.ts';

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  next: z.string(),
  traceId: z.string(),
});

/** OpenAPI 3.1 of exactly the routes that are served. */
export function openApiDocument(routes: readonly Route[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const declared of routes) {
    const path = declared.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [declared.method]: operationOf(declared) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tanhui 碳惠',
      version: '1',
      description: 'Amounts are decimal strings; instants are milliseconds since the epoch; days are UTC+8.',
    },
    paths: paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  });
}

function operationOf(declared: Route): unknown {
  const names = [...declared.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return {
    summary: declared.summary,
    ...(declared.roles !== 'open' && {
      security: [{ bearer: [] }],
      description:
        declared.roles === 'credential' ? 'The secret itself is the bearer' : `Roles: ${declared.roles.join(', ')}`,
    }),
    requestParams: {
      ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(declared.query !== undefined && { query: declared.query }),
    },
    ...(declared.body !== undefined && { requestBody: { content: { 'application/json': { schema: declared.body } } } }),
    responses: {
      '200': { description: 'Done' },
      default: { description: 'Refused', content: { 'application/problem+json': { schema: problem } } },
    },
  };
}
