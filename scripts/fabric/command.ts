import { existsSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const defaultFolder = join(checkout, '.tanhui', 'fabric');

export function isContractBuilt(isProbe: boolean): boolean {
  return existsSync(join(checkout, 'chaincode', ...(isProbe ? ['probe'] : []), 'dist', 'index.js'));
}

/** Progress lines with the seconds since the start. */
export function progress(): (line: string) => void {
  const startedAt = performance.now();
  return (line) => {
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(2).padStart(6)} s  ${line}`);
  };
}

/** Runs a command's body; an operator gets one line about what went wrong, not a stack. */
export async function asCommand(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
