import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { mongoServerForTests } from '../platform/test/support/mongo-server.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFabric } from '../platform/src/cli/fabric-binaries.ts';

const data = mkdtempSync(join(tmpdir(), 'tanhui-guides-'));
afterAll(() => {
  rmSync(data, { recursive: true, force: true });
});

/** A guide that names a database is run against an empty one on a wire server, where there can be one. */
const needsMongo = (text: string): boolean => text.includes('MONGODB_TEST_URI');
const mongo = await mongoServerForTests();
afterAll(() => mongo?.stop());

const guides = readdirSync('docs/guides').filter((name) => name.endsWith('.md'));

/** Commands of a guide: blocks marked `sh`, run one after the other in one shell. What is only shown is marked `console`. */
function commandsOf(text: string): string {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('\n');
}

/** A guide that names a city is run against one of its own: the demonstration as `npm run up` serves it. */
const needsCity = (text: string): boolean => /^CITY=/m.test(text) || needsRuns(text);
/** A guide that picks a run out of the list has to find its own beside those of the demonstration. */
const needsRuns = (text: string): boolean => text.includes('runs list');
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.warn('curl is not installed: the guides that use it are skipped');

let city: ChildProcess | undefined;
afterAll(() => {
  city?.kill('SIGTERM');
});

const cityFolder = 'city';

function serveCity(folder: string): Promise<string> {
  city = spawn(process.execPath, ['--conditions=tanhui-source', 'platform/src/cli/tanhui.ts', 'serve', '--demo'], {
    env: { ...process.env, TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'warn' },
  });
  let output = '';
  return new Promise((settle, fail) => {
    city?.stdout?.on('data', (part: Buffer) => {
      output += part.toString();
      const [url] = /http:\/\/\S+/.exec(output) ?? [];
      if (url !== undefined) settle(url);
    });
    city?.once('exit', (code) => {
      fail(new Error(`the city ended with ${String(code)}: ${output}`));
    });
  });
}

interface Setting {
  readonly folder: string;
  readonly city?: string;
}

function run(
  script: string,
  { folder, city: url }: Setting,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    env: {
      ...process.env,
      TANHUI_DATA: folder,
      TANHUI_PORT: '0',
      TANHUI_LOG: 'warn',
      ...(url !== undefined && { CITY: url }),
      ...(mongo !== undefined && { MONGODB_TEST_URI: mongo.uriOf('tanhui_guides') }),
    },
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  return new Promise((settle) => {
    shell.on('close', (code) => {
      settle({ code, output });
    });
  });
}

function textOf(name: string): string {
  return readFileSync(join('docs/guides', name), 'utf8');
}

async function follow(name: string, url?: string): Promise<void> {
  const folder = join(data, needsRuns(textOf(name)) ? cityFolder : name);
  const { code, output } = await run(`${endings(name)}${commandsOf(textOf(name))}`, {
    folder,
    ...(url !== undefined && { city: url }),
  });
  expect(code, output).toBe(0);
}

/** What a guide started is ended too when one of its commands fails. */
function endings(name: string): string {
  if (!needsFabric(textOf(name))) return '';
  return `trap 'npm run --silent fabric:down -- --folder "$work/network" --erase >/dev/null 2>&1 || true' EXIT\n`;
}

/** A guide that starts a network runs where Fabric's programs are. */
const needsFabric = (text: string): boolean => text.includes('fabric:up');
const fabric = findFabric(process.env);

describe.skipIf(!fabric.isUsable)(`guides of real peers${fabric.isUsable ? '' : ` (${fabric.reason})`}`, () => {
  const real = guides.filter((name) => needsFabric(textOf(name)));
  it.each(real)('%s: every command does what the page says', (name) => follow(name));
});

describe('guides', () => {
  const alone = guides.filter((name) => ![needsCity, needsFabric, needsMongo].some((needs) => needs(textOf(name))));
  it.each(alone)('%s: every command does what the page says', (name) => follow(name));
});

describe.skipIf(mongo === undefined)('guides of a database', () => {
  const stored = guides.filter((name) => needsMongo(textOf(name)));
  it.each(stored)('%s: every command does what the page says', (name) => follow(name));
});

describe('guides of a running city', () => {
  let url = '';
  beforeAll(async () => {
    url = await serveCity(join(data, cityFolder));
  });

  const served = guides.filter((name) => needsCity(textOf(name)));
  const isSkipped = (name: string): boolean => !hasCurl && textOf(name).includes('curl');
  for (const name of served)
    it.skipIf(isSkipped(name))(`${name}: every command does what the page says`, () => follow(name, url));
});

const pages = ['README.md', 'README.zh-CN.md', 'plugins/green-travel/README.md', ...markdownIn('docs')];

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

describe('links', () => {
  it.each(pages)('%s points at files that are there', (page) => {
    const text = readFileSync(page, 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    const missing = targets.filter((target) => !/^https?:/.test(target) && !existsSync(resolve(dirname(page), target)));
    expect(missing).toEqual([]);
  });
});
