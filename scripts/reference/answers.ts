import { createGenerator } from 'ts-json-schema-generator';
import type { Page } from './page.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** JSON Schema of what each operation answers, from the SDK's types: the OpenAPI document is made with it. */
export function answersFile(): Page {
  const { definitions = {} } = createGenerator({
    path: 'sdk/src/client/answers.ts',
    tsconfig: 'tsconfig.json',
    type: 'Answers',
    skipTypeCheck: true,
  }).createSchema('Answers');
  const { Answers: answers, ...schemas } = definitions as unknown as Record<string, { readonly properties: Json }>;
  const text = JSON.stringify({ operations: answers?.properties ?? {}, schemas }, renamed, 2);
  return { name: 'platform/src/http/answers.schema.json', text: `${text}\n` };
}

/** `PageOf<TripView>` is no name in OpenAPI, and its schemas stand elsewhere. */
function renamed(key: string, value: Json): Json {
  if (key === '$ref' && typeof value === 'string')
    return `#/components/schemas/${nameOf(decodeURIComponent(value.replace('#/definitions/', '')))}`;
  if (key !== 'schemas' || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [nameOf(name), schema]));
}

function nameOf(type: string): string {
  return type.replaceAll(/[<>]/g, '');
}
