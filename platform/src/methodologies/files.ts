import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evidenceClasses, modes } from '@tanhui/sdk/model';
import { z } from 'zod';
import { Defect, refuser } from '../kernel/index.ts';
import type { MethodologyCatalogue, ProgrammeTable } from './catalogue.ts';
import { createCatalogue } from './catalogue.ts';
import { ExpressionError } from './expression.ts';
import type { MethodologyFile } from './methodology.ts';
import type { Offering } from './offering.ts';
import { methodologyRefusals } from './refusals.ts';

const refuse = refuser(methodologyRefusals);
const builtInFolder = fileURLToPath(new URL('./data/', import.meta.url));

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const mode = z.enum(modes);
const localised = z.strictObject({ 'zh-CN': z.string().min(1), en: z.string().min(1) });
const confidence = z.enum(['V', 'V*', 'S', 'D']);
const factor = z.strictObject({
  value: z.string().regex(/^-?\d{1,20}(\.\d{1,20})?$/),
  unit: z.string().min(1),
  source: z.string().min(1),
  confidence,
});

const methodologySchema = z.strictObject({
  id,
  version: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,31}$/),
  name: localised,
  region: z.string().regex(/^(any|\d{6}|[A-Z]{2})$/),
  issuer: z.string().min(1),
  source: z.string().min(1),
  confidence,
  validFrom: day,
  validTo: day.optional(),
  isDemonstration: z.boolean(),
  rounding: z.literal('floor-to-milligram'),
  factors: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/), factor),
  modes: z.partialRecord(
    mode,
    z.strictObject({
      formula: z.string().min(1).max(500),
      quantities: z.array(z.enum(['distanceMeters', 'energyWattHours', 'steps'])).min(1),
      defaultDistanceMeters: factor.optional(),
    }),
  ),
});

/** Days before a binding that a programme may credit with it: they are credited, and looked at again for overlap, in one unit of work. */
export const maxCreditedDays = 366;

const programmesSchema = z.strictObject({
  programmes: z.array(
    z.strictObject({
      programme: z.string().regex(/^[a-z0-9-]{1,32}$/),
      name: localised,
      region: z.string().regex(/^\d{6}$/),
      regime: z.enum(['ecny', 'points', 'no-money']),
      isPilot: z.boolean(),
      isDemonstration: z.boolean(),
      isSimulated: z.boolean().optional(),
      creditedDaysBeforeBinding: z.number().int().min(0).max(maxCreditedDays).optional(),
      selection: z.array(
        z.strictObject({
          modes: z.array(mode).min(1),
          methodology: z.string(),
          from: day,
          to: day.optional(),
          isRetrospective: z.boolean().optional(),
        }),
      ),
    }),
  ),
});

const builtInTableSchema = programmesSchema.extend({
  evidence: z.record(z.enum(evidenceClasses), z.enum(['full', 'as-methodology', 'none'])),
});

/**
 * Every methodology and programme there is: those that ship, and those of a folder of the operator's, laid out the same way
 * (`methodologies/*.json`, `programmes.json`). In production without demonstrations and pilots. A file that does not fit is refused with its name and the field, at start and not on the first trip.
 */
export function loadCatalogue({
  cityFolder: operatorFolder,
  mode,
  programme,
}: Offering & { readonly cityFolder?: string | undefined }): MethodologyCatalogue {
  const folders = [builtInFolder, ...(operatorFolder === undefined ? [] : [operatorFolder])];
  const files = folders.flatMap(methodologiesIn);
  const table = read(join(builtInFolder, 'programmes.json'), builtInTableSchema) as ProgrammeTable;
  const own = operatorFolder === undefined ? [] : programmesIn(operatorFolder);
  try {
    const programmes = [...table.programmes, ...own];
    return createCatalogue(files, { ...table, programmes }, { mode, programme });
  } catch (error) {
    if (error instanceof Defect || error instanceof ExpressionError)
      throw refuse('METHODOLOGIES_FILE_INVALID', { problem: error.message }, error);
    throw error;
  }
}

function methodologiesIn(folder: string): MethodologyFile[] {
  const place = join(folder, 'methodologies');
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => read(join(place, name), methodologySchema) as MethodologyFile);
}

function programmesIn(folder: string): ProgrammeTable['programmes'] {
  return (read(join(folder, 'programmes.json'), programmesSchema) as ProgrammeTable).programmes;
}

function read(file: string, schema: z.ZodType): unknown {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw refuse('METHODOLOGIES_FILE_INVALID', { file, problem: 'is not there, or is not JSON' }, cause);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw refuse('METHODOLOGIES_FILE_INVALID', { file, field, problem: issue?.message ?? 'does not fit' });
}
