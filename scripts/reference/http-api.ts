import type { Route } from '../../platform/src/http/index.ts';
import { openApiDocument, tagOf } from '../../platform/src/http/index.ts';
import type { Page } from './page.ts';
import { code, page, table } from './page.ts';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

interface Document {
  readonly paths: Paths;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Every operation with who may call it and what it takes, as the OpenAPI document has it. */
export function httpApiPage(routes: readonly Route[]): Page {
  const { paths, components } = openApiDocument(routes) as Document;
  const groups = Map.groupBy(routes, ({ path }) => tagOf(path));
  return page('http-api.md', 'HTTP API', [
    'The same as `/openapi.json` (OpenAPI 3.1) and the page `/docs` of a running server. Amounts are whole numbers as decimal strings, instants milliseconds since the epoch, days `YYYY-MM-DD` in UTC+8.',
    'A credential’s secret is traded for a token of fifteen minutes (`POST /v1/tokens`), which every other call takes as `Authorization: Bearer …`. Acts take an `Idempotency-Key`; the same key again is the same act and gets the same answer. Lists answer `items` and, where more follows, `next`, which is the `cursor` of the following page. What is refused is answered as `application/problem+json` with a [code](refusals.md), in the language of `Accept-Language` (zh-CN or en).',
    ...[...groups].map(([tag, group]) => `## ${tag}\n\n${group.map((one) => operationText(one, paths)).join('\n\n')}`),
    '## What is answered',
    'Members may be added, and none is taken away: read what you know and leave the rest.',
    ...Object.entries(components.schemas).map(([name, schema]) => schemaText(name, schema)),
  ]);
}

function operationText(route: Route, paths: Paths): string {
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
  const operation = paths[path]?.[route.method];
  if (operation === undefined) throw new Error(`not in the document: ${path}`);
  const inputs = inputsOf(operation);
  const answers = Object.entries(operation.responses['200']?.content ?? {}).map(([type, { schema }]) =>
    [code(type), ...(schema === undefined ? [] : [typeOf(schema)])].join(': '),
  );
  return [
    `### ${route.method.toUpperCase()} ${path}`,
    `${operation.summary}.`,
    `${whoOf(route.roles)} Answers ${answers.join(', ')}.`,
    ...(inputs.length === 0 ? [] : [table(['input', 'in', 'what it may be', 'about'], inputs)]),
  ].join('\n\n');
}

function schemaText(name: string, schema: Schema): string {
  const head = [`### ${name}`, ...(schema.description === undefined ? [] : [schema.description])];
  if (schema.properties === undefined) return [...head, typeOf(schema)].join('\n\n');
  const rows = fieldsOf(schema, '').map((field) => [field.name, field.type, field.about]);
  return [...head, table(['member', 'what it may be', 'about'], rows)].join('\n\n');
}

function whoOf(roles: Route['roles']): string {
  if (roles === 'open') return 'Open.';
  return roles === 'credential' ? 'The secret itself is the bearer.' : `For ${roles.join(', ')}.`;
}

function inputsOf({ parameters = [], requestBody }: Operation): string[][] {
  const named = parameters.map(({ name, in: place, required = false, schema, description }) => [
    code(name),
    place,
    typeOf(schema) + (required ? '' : '; may be left out'),
    description ?? schema.description ?? '',
  ]);
  const bodies = Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema = {} }]) =>
    schema.properties === undefined
      ? [['', type, typeOf(schema), schema.description ?? '']]
      : fieldsOf(schema, '').map((field) => [field.name, 'body', field.type, field.about]),
  );
  return [...named, ...bodies];
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly about: string;
}

function fieldsOf({ properties = {}, required = [] }: Schema, before: string): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (schema.properties !== undefined) return fieldsOf(schema, `${before}${name}.`);
    const isOptional = !required.includes(name) || schema.default !== undefined;
    const type = typeOf(schema) + (isOptional ? '; may be left out' : '');
    return [{ name: code(before + name), type, about: schema.description ?? '' }];
  });
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return linkOf(schema.$ref);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((one) => code(String(one))).join(', ');
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' or ');
  const base = schema.items === undefined ? plainType(schema) : `list of ${typeOf(schema.items)}`;
  return [base, boundsOf(schema), defaultOf(schema)].filter((part) => part !== '').join(', ');
}

function linkOf(reference: string): string {
  const name = reference.replace('#/components/schemas/', '');
  return name.startsWith('__') ? 'any JSON' : `[${name}](#${name.toLowerCase()})`;
}

function plainType({ type }: Schema): string {
  if (type === undefined) return 'any JSON';
  return typeof type === 'string' ? type : type.join(' or ');
}

function boundsOf(schema: Schema): string {
  const { pattern, maximum, minimum } = schema;
  if (pattern !== undefined) return code(pattern);
  const isSafe = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const least = isSafe(minimum) ? minimum : (schema.minLength ?? schema.minItems);
  const most = isSafe(maximum) ? maximum : (schema.maxLength ?? schema.maxItems);
  return [least === undefined ? '' : `from ${String(least)}`, most === undefined ? '' : `up to ${String(most)}`]
    .filter((part) => part !== '')
    .join(' ');
}

function defaultOf({ default: byDefault }: Schema): string {
  return byDefault === undefined ? '' : `by default ${code(JSON.stringify(byDefault))}`;
}
