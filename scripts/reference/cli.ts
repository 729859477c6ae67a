import { program } from '../../platform/src/cli/program.ts';
import type { Page } from './page.ts';
import { page } from './page.ts';

type Command = (typeof program)['commands'][number];

/** Every command as it explains itself. */
export function cliPage(): Page {
  return page('cli.md', 'Commands', [
    'From a clone: `npm run tanhui -- <command>`; in the container image the command follows the image’s name. Settings come from [environment variables](config.md). A command that needs the server talks to the one that runs on the same folder, or starts one for itself; one that is still starting is waited for up to 30 seconds. A command ends with 0 when it did what it was asked, and with 1 when it was refused, could not be carried out, or – `status`, `verify`, `reconcile` – when what it looked at is not as it should be. What went wrong stands on standard error, with a [code](refusals.md) and what to do next.',
    ...everyCommand(program, '').map(
      ({ name, command }) => `## ${name}\n\n\`\`\`text\n${helpOf(command).trim()}\n\`\`\``,
    ),
  ]);
}

interface Named {
  readonly name: string;
  readonly command: Command;
}

function everyCommand(command: Command, before: string): Named[] {
  const name = `${before} ${command.name()}`.trim();
  const inner = command.commands.flatMap((one) => everyCommand(one, name));
  return command.commands.length > 0 && before !== '' ? inner : [{ name, command }, ...inner];
}

function helpOf(command: Command): string {
  command.configureHelp({ helpWidth: 120 });
  return command.helpInformation();
}
