import { ClientProblem } from '@tanhui/sdk/client';
import { refusalTables } from '../compose/refusal-texts.ts';
import { filledText, Refusal } from '../kernel/index.ts';
import type { RefusalText } from '../kernel/index.ts';
import { commandTables } from './refusal-tables.ts';
import { refuseCommand } from './refusals.ts';

const texts = new Map<string, RefusalText>(
  [...Object.values(refusalTables), ...Object.values(commandTables)].flatMap((table) => Object.entries(table)),
);

/** What went wrong as the terminal says it: what, where, and what to do next, in both languages. */
export function messageOf(error: unknown): string {
  if (error instanceof Refusal) return refusalLines(error);
  if (error instanceof ClientProblem) return problemLine(error);
  const said = error instanceof Error ? error.message : String(error);
  return refusalLines(refuseCommand('COMMAND_FAILED', { reason: said }, error));
}

function problemLine({ code, message, next, field }: ClientProblem): string {
  return `${code}: ${message}${field === undefined ? '' : ` (${field})`}. ${next}`;
}

function refusalLines({ code, details }: Refusal): string {
  const where = Object.entries(details)
    .map(([name, value]) => (name === 'field' ? String(value) : `${name} ${String(value)}`))
    .join(', ');
  const text = texts.get(code);
  if (text === undefined) return `${code} ${where}`;
  const place = where === '' ? '' : ` (${where})`;
  const said = (part: string) => filledText(part, details);
  return `${code}: ${said(text.en)}${place}. ${said(text.next.en)}.\n${said(text['zh-CN'])}。${said(text.next['zh-CN'])}。`;
}
