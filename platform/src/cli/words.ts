import { ClientProblem } from '@tanhui/sdk/client';
import { refusalTables } from '../compose/refusal-texts.ts';
import { Refusal } from '../kernel/index.ts';
import type { RefusalText } from '../kernel/index.ts';
import { importRefusals } from './import/refusals.ts';
import { verifyRefusals } from './verify.ts';

const texts = new Map<string, RefusalText>(
  [...Object.values(refusalTables), importRefusals, verifyRefusals].flatMap((table) => Object.entries(table)),
);

/** What went wrong as the terminal says it: what, where, and what to do next, in both languages. */
export function messageOf(error: unknown): string {
  if (error instanceof Refusal) return refusalLines(error);
  if (error instanceof ClientProblem) return `${error.code}: ${error.message}. ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}

function refusalLines({ code, details }: Refusal): string {
  const where = Object.entries(details)
    .map(([name, value]) => (name === 'field' ? String(value) : `${name} ${String(value)}`))
    .join(', ');
  const text = texts.get(code);
  if (text === undefined) return `${code} ${where}`;
  const place = where === '' ? '' : ` (${where})`;
  return `${code}: ${text.en}${place}. ${text.next.en}.\n${text['zh-CN']}。${text.next['zh-CN']}。`;
}
