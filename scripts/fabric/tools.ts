import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Binaries } from '../../platform/src/cli/fabric-binaries.ts';
import { placesOf } from './layout.ts';
import type { Layout, Places, Profile } from './layout.ts';
import { childEnvironment } from './processes.ts';

export interface NetworkOptions {
  readonly folder: string;
  readonly binaries: Binaries;
  /** Root of the checkout: where the built contract is. */
  readonly checkout: string;
  readonly profile: Profile;
  /** Adds the contracts that only tests install. */
  readonly isProbe: boolean;
  readonly say: (line: string) => void;
  /** Gives up when it aborts, and ends what was started. */
  readonly signal?: AbortSignal;
}

export interface Tools {
  readonly options: NetworkOptions;
  readonly places: Places;
  readonly layout: Layout;
  readonly run: (
    command: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<string>;
}

export function toolsOf(options: NetworkOptions, layout: Layout): Tools {
  return {
    options,
    layout,
    places: placesOf(options.folder),
    run: (command, args, environment = {}) => runToEnd(command, args, { cwd: options.folder, environment }),
  };
}

/** Runs a command to its end; what it printed last is in the error. */
function runToEnd(
  command: string,
  args: readonly string[],
  where: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: where.cwd, env: childEnvironment(where.environment) });
    const printed: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => printed.push(part));
    child.stderr.on('data', (part: Buffer) => printed.push(part));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(printed).toString();
      if (code === 0) resolve(text);
      else
        reject(
          new Error(`${command.split('/').at(-1) ?? command} ${args[0] ?? ''} failed: ${text.trim().slice(-600)}`),
        );
    });
  });
}

export function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, undefined, 2));
}
