import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';

let city: City;

beforeAll(async () => {
  city = await openCity();
});
afterAll(() => city.close());

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string; summary: string }>>>>;
}

async function document(): Promise<Document> {
  return (await (await fetch(`${city.url}/openapi.json`)).json()) as Document;
}

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate((await document()) as never);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
    const broken = { ...(await document()), paths: { 'no-slash': { get: { responses: 'none' } } } };
    expect((await new Validator().validate(broken as never)).valid).toBe(false);
  });

  it('holds every route once, each under a name of its own', async () => {
    const { paths } = await document();
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(city.platform.routes.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(operations.filter(({ summary }) => summary === '')).toEqual([]);
  });
});

describe('/docs', () => {
  it('needs nothing from elsewhere: each of its files is ours, under a policy that allows no other script', async () => {
    const page = await fetch(`${city.url}/docs`);
    const text = await page.text();
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(5);
    for (const file of files) {
      expect(file).toMatch(/^\/(docs\/|openapi\.json)/);
      const answer = await fetch(city.url + file);
      expect(answer.status, file).toBe(200);
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect(text).not.toMatch(/<script>|https?:\/\//);
  });
});
