import { readFileSync } from 'node:fs';

const reference = readFileSync(new URL('../../docs/reference/refusals.md', import.meta.url), 'utf8');

/** What the server says of a code, from the generated reference, so that no mock goes on saying what it no longer does. */
export function reasonOf(code: string) {
  const line = reference.split('\n').find((text) => text.startsWith(`| \`${code}\` |`));
  const [, , , en, enNext, chinese, chineseNext] = (line ?? '').split('|').map((cell) => cell.trim());
  if (chineseNext === undefined) throw new Error(`the reference does not know ${code}`);
  return { code, text: { 'zh-CN': chinese, en }, next: { 'zh-CN': chineseNext, en: enNext } };
}
