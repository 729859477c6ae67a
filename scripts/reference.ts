// Writes docs/reference from the code; `--check` only says what differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, referencePages } from './reference/pages.ts';

const pages = await referencePages();
const differing = pages.filter(({ name, text }) => {
  const path = join(folder, name);
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  for (const { name } of differing) console.error(`${join(folder, name)} is not what the code says: npm run reference`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of differing) writeFileSync(join(folder, name), text);
  console.log(differing.length === 0 ? 'Nothing changed.' : `Written: ${differing.map(({ name }) => name).join(', ')}`);
}
