// Runs a step beside others without mixing what they say.
import { spawn } from 'node:child_process';
import { setTimeout as rest } from 'node:timers/promises';
import { root } from './install.mjs';

/** For what is still in the pipes when a step has ended: a process that it forgot would hold them open for good. */
const mostForTheRestMs = 2_000;

/** Says at once that a step runs, and in one piece at its end what it said, whether it passed and the seconds it took; gives whether it passed, and what it said. */
export function runWhole(name, [command, ...args], environment) {
  const started = Date.now();
  console.log(`… ${name}`);
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const step = spawn(command, args, {
    cwd: root,
    env: { ...environment, ...color },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  const closed = new Promise((resolve) => step.once('close', resolve));
  for (const stream of [step.stdout, step.stderr]) stream.on('data', (part) => said.push(part));
  return new Promise((resolve) => {
    const end = (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      const verdict = `${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`;
      const output = Buffer.concat(said.splice(0)).toString();
      process.stdout.write(`\n— ${name}\n${output}${verdict}`);
      resolve({ hasPassed: code === 0, output });
    };
    step.once('error', (error) => {
      said.push(Buffer.from(`${error.message}\n`));
      end(1);
    });
    step.once('exit', (code) => void Promise.race([closed, rest(mostForTheRestMs)]).then(() => end(code)));
  });
}
