#!/usr/bin/env node
import { program } from './program.ts';
import { messageOf } from './words.ts';

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
