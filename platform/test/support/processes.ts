import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Gives where it listens; refused where it ends before it does. */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ended>;
}

const command = fileURLToPath(new URL('../../src/cli/tanhui.ts', import.meta.url));

/** The command line in a process of its own, with these settings and no others of ours. */
export function tanhui(args: readonly string[], settings: Readonly<Record<string, string>>): Started {
  return start([command, ...args], settings);
}

/** Of this environment only where programs are, and where those of the same sources keep what they compiled. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

/** A program of ours in a process of its own. */
export function start(args: readonly string[], settings: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, ['--conditions=tanhui-source', ...args], {
    env: { ...inherited(), TANHUI_PORT: '0', TANHUI_LOG: 'warn', TZ: 'Asia/Shanghai', ...settings },
  });
  let output = '';
  let listen: (url: string) => void = () => undefined;
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
  const listening = new Promise<string>((resolve, reject) => {
    listen = resolve;
    void ended.then(({ code }) => {
      reject(new Error(`ended with ${String(code)} before it listened: ${output}`));
    });
  });
  listening.catch(() => undefined);
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      output += part.toString();
      const url = /listens on (http:\S+)/.exec(output)?.[1];
      if (url !== undefined) listen(url);
    });
  return { child, listening, ended };
}
