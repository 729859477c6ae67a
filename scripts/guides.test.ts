import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const data = mkdtempSync(join(tmpdir(), 'tanhui-guides-'));
afterAll(() => {
  rmSync(data, { recursive: true, force: true });
});

const guides = readdirSync('docs/guides').filter((name) => name.endsWith('.md'));

/** Commands of a guide: blocks marked `sh`, run one after the other in one shell. What is only shown is marked `console`. */
function commandsOf(text: string): string {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('\n');
}

function run(script: string, folder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...process.env, TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'warn' },
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  return new Promise((settle) => {
    shell.on('close', (code) => {
      settle({ code, output });
    });
  });
}

describe('guides', () => {
  it.each(guides)('%s: every command does what the page says', { timeout: 120_000 }, async (name) => {
    const commands = commandsOf(readFileSync(join('docs/guides', name), 'utf8'));
    const { code, output } = await run(commands, join(data, name));
    expect(code, output).toBe(0);
  });
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
