import { Command, Option } from 'commander';
import { rebuildLedger } from '../compose/ledger.ts';
import { parseConfig } from '../config.ts';
import { bootstrapCommand, credentialsCommand } from './commands/credentials.ts';
import { operationsCommands } from './commands/operations.ts';
import { reconcileCommand } from './commands/reconciliations.ts';
import { runsCommand } from './commands/runs.ts';
import { doctor } from './doctor.ts';
import { importFiles, sourceLines } from './import/import.ts';
import { programmeOfSource } from './import/programme.ts';
import type { Encoding } from './import/text.ts';
import { encodings } from './import/text.ts';
import { methodologyLines } from './methodologies.ts';
import { serve } from './serve.ts';
import { verifyLeavesFile, verifyReceiptFile } from './verify.ts';

/** Every command, not yet run: the reference is made from it too. */
export const program = new Command('tanhui').description(
  'Tanhui 碳惠: a carbon-inclusion platform that settles in e-CNY',
);

program
  .command('serve')
  .description('start the server; settings come from TANHUI_… variables')
  .option('--demo', 'seed a week of simulated trips first')
  .action(async ({ demo }: { readonly demo?: boolean }) => {
    await serve(parseConfig(process.env), { isSeeded: demo ?? false });
  });

program
  .command('import')
  .description('import records of one source; importing again adds nothing')
  .argument('<format>', 'source, e.g. shenzhen-taps, mobike-orders, gps-track, step-days, metro-trips, ev-sessions')
  .argument('<files...>', 'CSV or NDJSON, also gzipped; all of them are one set')
  .option('--json', 'last line on stdout is one JSON object')
  .option('--programme <id>', 'programme that the trips count for; in a demo each source has one of its own')
  .option('--mapping <file>', 'declared mapping of ev-sessions')
  .addOption(new Option('--encoding <name>', 'encoding of the files').choices(encodings).default('auto'))
  .option('--report <file>', 'write refused records with file, line and code, one JSON object a line')
  .action(
    async (
      format: string,
      files: string[],
      options: { json?: boolean; programme?: string; mapping?: string; report?: string; encoding: Encoding },
    ) => {
      const config = parseConfig(process.env);
      await importFiles(config, {
        source: format,
        files,
        programme: options.programme ?? programmeOfSource(config, format),
        encoding: options.encoding,
        mapping: options.mapping,
        report: options.report,
        isJson: options.json ?? false,
      });
    },
  );

program
  .command('sources')
  .description('sources that the plugins contribute')
  .action(() => {
    for (const line of sourceLines(parseConfig(process.env))) process.stdout.write(`${line}\n`);
  });

program
  .command('methodologies')
  .description('which methodology counts where, for which modes and from when; its factors, sources and digest')
  .action(() => {
    for (const line of methodologyLines(parseConfig(process.env))) process.stdout.write(`${line}\n`);
  });

program
  .command('verify')
  .description('check a receipt, or a file of leaves, offline; ends with 1 where it does not hold')
  .argument('<file>', 'receipt (JSON), or leaves of a batch (.bin)')
  .option('--roots <file>', 'root certificates that you trust; needed for a receipt')
  .option('--batch <file>', 'batch (JSON) whose count, root and grams the leaves have to give')
  .action(async (file: string, { roots, batch }: { readonly roots?: string; readonly batch?: string }) => {
    const holds = roots === undefined ? verifyLeavesFile({ file, batch }) : await verifyReceiptFile({ file, roots });
    if (!holds) process.exitCode = 1;
  });

program
  .command('rebuild-ledger')
  .description(
    'make the embedded ledger’s state again from its blocks, with the server stopped; says how many, and the digest',
  )
  .action(async () => {
    process.stdout.write(`${JSON.stringify(await rebuildLedger(parseConfig(process.env)))}\n`);
  });

program
  .command('doctor')
  .description('what is installed, what would be skipped, and what to do about it')
  .option('--json', 'one JSON object')
  .action(({ json }: { readonly json?: boolean }) => doctor(process.env, json ?? false));

program.addCommand(bootstrapCommand());
program.addCommand(credentialsCommand());
program.addCommand(runsCommand());
for (const command of operationsCommands()) program.addCommand(command);
program.addCommand(reconcileCommand());
