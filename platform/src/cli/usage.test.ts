import { Command } from 'commander';
import { expect, it } from 'vitest';
import { Refusal } from '../kernel/index.ts';
import { countOf } from './arguments.ts';
import { exitCodeOf, throwOnUsage, usageOf } from './usage.ts';

/** What a command line brings about, and what is printed meanwhile. */
function given(...words: string[]) {
  const printed: string[] = [];
  const command = new Command('tool').configureOutput({
    writeOut: (text) => printed.push(text),
    writeErr: (text) => printed.push(text),
  });
  const part = new Command('part')
    .argument('<file>')
    .option('--count <n>', 'how many', countOf)
    .action(() => undefined);
  part.configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => printed.push(text) });
  command.addCommand(part);
  throwOnUsage(command);
  try {
    command.parse(words, { from: 'user' });
    return { thrown: undefined, printed };
  } catch (thrown) {
    return { thrown, printed };
  }
}

it.each([
  [['part'], "missing required argument 'file'"],
  [['part', 'a', '--nonsense'], "unknown option '--nonsense'"],
  [['part', 'a', '--count'], "option '--count <n>' argument missing"],
  [['part', 'a', '--count', 'abc'], "option '--count <n>' argument 'abc' is invalid. It is a whole number."],
  [['part', 'a', '--count', '-1'], "option '--count <n>' argument '-1' is invalid. It is a whole number."],
  [['nonsense'], "unknown command 'nonsense'"],
])(
  'a command line that cannot be read is refused with a code and its reason, and nothing else is printed: %j',
  (words, reason) => {
    const { thrown, printed } = given(...words);
    const told = usageOf(thrown);
    expect(told).toBeInstanceOf(Refusal);
    expect(told).toMatchObject({ code: 'COMMAND_USAGE', details: { reason } });
    expect(exitCodeOf(thrown)).toBe(1);
    expect(printed).toEqual([]);
  },
);

it('somebody who asks for help has it, and is told nothing more', () => {
  const { thrown, printed } = given('part', '--help');
  expect([usageOf(thrown), exitCodeOf(thrown)]).toEqual([undefined, 0]);
  expect(printed.join('')).toContain('Usage: tool part');
});

it('a failure of the command itself stays what it is', () => {
  const failure = new Error('a disk went away');
  expect([usageOf(failure), exitCodeOf(failure)]).toEqual([failure, 1]);
});
