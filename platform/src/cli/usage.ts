import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { refuseCommand } from './refusals.ts';

/** Lets a command that cannot be read end like any other that fails: by throwing, with nothing printed yet. */
export function throwOnUsage(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const part of command.commands) throwOnUsage(part);
}

/** What a person is told of an ending that the reader of commands brought about; nothing where he asked for help and has it. */
export function usageOf(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const wasHelped = error.code === 'commander.help' || error.code === 'commander.helpDisplayed';
  return wasHelped
    ? undefined
    : refuseCommand('COMMAND_USAGE', { reason: error.message.replace(/^error: /, '') }, error);
}

/** 0 for help that was asked for. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CommanderError ? error.exitCode : 1;
}
