import { activate } from '@tanhui/green-travel';
import greenTravel from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import { commandTables } from '../../platform/src/cli/refusal-tables.ts';
import { refusalTables } from '../../platform/src/compose/refusal-texts.ts';
import { statusOf } from '../../platform/src/http/index.ts';
import type { RefusalText } from '../../platform/src/kernel/index.ts';
import { createPluginRegistry } from '../../platform/src/plugin-host/index.ts';
import type { Page } from './page.ts';
import { code, page, table } from './page.ts';

const head = ['code', 'status', 'what is wrong', 'what to do next', '含义', '下一步'];

/** Every code with its status and its texts, by module. */
export function refusalsPage(): Page {
  const tables: Readonly<Record<string, Readonly<Record<string, RefusalText>>>> = refusalTables;
  return page('refusals.md', 'Refusals', [
    'A refusal 拒绝 is a coded answer: `application/problem+json` over HTTP, a line with the code on the terminal, a line in the report of an import. Codes are stable and never used again for something else; texts may get better. Refused records are kept with their code and can be read and appealed.',
    ...Object.entries(tables).map(([module, texts]) => section(module, texts)),
    ...Object.entries(commandTables).map(([command, texts]) => section(`\`${command}\``, texts, false)),
    pluginSection(),
  ]);
}

function section(title: string, texts: Readonly<Record<string, RefusalText>>, hasStatus = true): string {
  const rows = Object.entries(texts).map(([name, text]) => [
    code(name),
    hasStatus ? String(statusOf({ code: name, kind: text.kind })) : '',
    text.en,
    text.next.en,
    text['zh-CN'],
    text.next['zh-CN'],
  ]);
  return `## ${title}\n\n${table(head, rows)}`;
}

function pluginSection(): string {
  const registry = createPluginRegistry([{ manifest: greenTravel as never, activate }]);
  const rows = registry
    .refusalTexts()
    .map(({ code: name, text, next }) => [code(name), '', text.en, next.en, text['zh-CN'], next['zh-CN']]);
  return `## Plugin tanhui.green-travel\n\nOf single records; the request itself is answered 200.\n\n${table(head, rows)}`;
}
