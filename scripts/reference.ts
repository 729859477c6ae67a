// Writes docs/reference from the code; `--check` only says what differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { answersFile } from './reference/answers.ts';
import type { Page } from './reference/page.ts';
import { folder } from './reference/page.ts';

const isCheck = process.argv.includes('--check');
const differing = (pages: readonly Page[]): Page[] =>
  pages.filter(({ name, text }) => !existsSync(name) || readFileSync(name, 'utf8') !== text);

function write(pages: readonly Page[]): readonly Page[] {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of pages) writeFileSync(name, text);
  return pages;
}

// The server reads the schemas when it is loaded, and the pages are made from what it serves.
const answers = differing([answersFile()]);
if (!isCheck) write(answers);
const { referencePages } = await import('./reference/pages.ts');
const pages = differing(await referencePages());
if (isCheck) {
  for (const { name } of pages) console.error(`${name} is not what the code says: npm run reference`);
  process.exitCode = pages.length === 0 ? 0 : 1;
} else {
  const written = [...answers, ...write(pages)].map(({ name }) => name);
  console.log(written.length === 0 ? 'Nothing changed.' : `Written: ${written.join(', ')}`);
}
