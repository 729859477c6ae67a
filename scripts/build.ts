// Lays the packages of the server down as JavaScript beside their sources. Run from sources, Node strips types at every start and in every thread, and what it needs for
// that stays in memory (docs/adr/0005-store-thread-and-small-heaps.md).
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = ['sdk', 'platform', 'plugins/green-travel'];
/** A relative path to one of our modules, between quotes: of an import, or of a thread's file. */
const modulePath = /(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g;

for (const name of packages) {
  const [source, target] = [join(root, name, 'src'), join(root, name, 'dist')];
  rmSync(target, { recursive: true, force: true });
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' }))
    lay(join(source, path), join(target, path));
}

function lay(from: string, to: string): void {
  if (/\.(test|contract)\.ts$/.test(from)) return;
  if (!from.endsWith('.ts')) {
    if (/\.[a-z]+$/.test(from)) cpSync(from, to);
    return;
  }
  mkdirSync(dirname(to), { recursive: true });
  const text = stripTypeScriptTypes(readFileSync(from, 'utf8'));
  writeFileSync(to.replace(/\.ts$/, '.js'), text.replaceAll(modulePath, '$1$2.js$1'));
}
