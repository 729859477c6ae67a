#!/usr/bin/env node
import { leaveQuietly } from './output.ts';
import { program } from './program.ts';
import { exitCodeOf, throwOnUsage, usageOf } from './usage.ts';
import { messageOf } from './words.ts';

leaveQuietly(process.stdout, process.stderr);
throwOnUsage(program);
try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = exitCodeOf(thrown);
  const error = usageOf(thrown);
  if (error !== undefined) {
    process.stderr.write(`${messageOf(error)}\n`);
    if (process.env['TANHUI_LOG'] === 'debug') console.error(thrown);
  }
}
