import type { PageOf } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { parseDay } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import type { Document, Page, Query, Stored } from '../storage/index.ts';
import { refuseHttp } from './refusals.ts';

/** Who may call, where more than one route says the same. */
export const everybody = ['citizen', 'partner', 'agency', 'operator'] as const;
export const organisations = ['partner', 'agency', 'operator'] as const;
export const auditors = ['agency', 'operator'] as const;
export const partners = ['partner', 'operator'] as const;
export const operators = ['operator'] as const;
export const citizens = ['citizen'] as const;

/** Whose: the server's own programme where the caller names none. */
export function programmeOf({ catalogue }: { readonly catalogue: Pick<MethodologyCatalogue, 'own'> }) {
  return z
    .string()
    .max(40)
    .optional()
    .transform((asked) => asked ?? catalogue.own().programme)
    .describe('A programme; left out, the server’s own (`TANHUI_PROGRAMME`)');
}

export type ProgrammeParameter = ReturnType<typeof programmeOf>;

/** A day of UTC+8 as `YYYY-MM-DD`, one that the calendar has. */
export const day = z
  .string()
  .refine((text) => parseDay(text) !== undefined, 'a day is YYYY-MM-DD')
  .transform((text) => text as Day)
  .describe('A day of UTC+8, `YYYY-MM-DD`');

/** A number of something: where a list is gone through by place, its `cursor`. */
export const wholeNumber = z.coerce.number().int().min(0);

/** Why somebody does what others have to understand later; it stands in the trail. */
export const because = z.strictObject({ reason: z.string().trim().min(1).max(200) });

/** Items of a list that one answer holds, whoever asks. */
const mostItems = 100;

/** Of every list that is given page by page. */
export function paging(byDefault = 50) {
  return {
    cursor: z.string().max(500).optional(),
    limit: z.coerce.number().int().min(1).max(mostItems).default(byDefault),
  };
}

/** A page of a list, as a caller asks for it. */
export interface Paging {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of a list, as the store is asked for it. */
export function pageAsked({ cursor, limit }: Paging): Pick<Query, 'limit' | 'after'> {
  return { limit, ...(cursor !== undefined && { after: cursor }) };
}

/** A page of a list, as it is answered. */
export function pageView<Value extends Document, View>(
  page: Page<Value>,
  view: (stored: Stored<Value>) => View,
): PageOf<View> {
  return { items: page.items.map((stored) => view(stored)), ...nextOf(page) };
}

/** The cursor of the page behind this one, where there is one. */
export function nextOf({ next }: { readonly next?: string | undefined }): { readonly next?: string } {
  return next === undefined ? {} : { next };
}

type PathParameters = Readonly<Record<string, string>>;

/** The `:day` of a path. */
export function dayOfPath(params: PathParameters): Day {
  return ofPath(params, 'day', day);
}

/** A whole number in a path. */
export function numberOfPath(params: PathParameters, name: string): number {
  return ofPath(params, name, wholeNumber);
}

function ofPath<Value>(params: PathParameters, name: string, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(params[name]);
  if (!parsed.success) throw refuseHttp('HTTP_INPUT_INVALID', { field: name }, parsed.error);
  return parsed.data;
}
