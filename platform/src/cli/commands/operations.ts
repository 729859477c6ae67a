import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { Command } from 'commander';
import { restoreBackup, verifyBackup } from '../../backups/index.ts';
import { compose, orStop } from '../../compose.ts';
import { readConfig } from '../../config.ts';
import { refuseConfig } from '../../config-refusals.ts';
import { lockFile } from '../../compose/lock.ts';
import { countOf } from '../arguments.ts';
import { withServer } from '../server.ts';

const minuteMs = 60_000;

/** What an operator does to a running installation, from the machine on which it stands. */
export function operationsCommands(): Command[] {
  return [statusCommand(), switchCommand('pause'), switchCommand('resume'), ...backupCommands(), resetCommand()];
}

function statusCommand(): Command {
  return new Command('status')
    .description(
      'what is paused, what should be sealed, paid or taken back by now and is not, what does not reconcile; ends with 1 where something is',
    )
    .option('--minutes <count>', 'how long something may take', countOf, 5)
    .option('--json', 'one JSON object')
    .action(({ minutes, json }: { readonly minutes: number; readonly json?: boolean }) =>
      withServer(async ({ client }) => {
        const stuck = await client.operations.stuck(minutes);
        const { items } = await client.operations.controls();
        const paused = items.filter(({ isPaused }) => isPaused);
        if (json === true) print(JSON.stringify({ paused, stuck }));
        else for (const line of saidOf(statusLines({ paused, stuck }))) print(line);
        if (statusLines({ paused: [], stuck }).length > 0) process.exitCode = 1;
      }),
    );
}

type Status = {
  readonly paused: Awaited<ReturnType<TanhuiClient['operations']['controls']>>['items'];
  readonly stuck: Awaited<ReturnType<TanhuiClient['operations']['stuck']>>;
};

function statusLines({ paused, stuck }: Status): string[] {
  return [
    ...paused.map(({ control, changedBy = '', reason = '' }) => `paused   ${control}  by ${changedBy}: ${reason}`),
    ...stuck.days.map(({ programme, day, records, since }) =>
      [`waiting  ${String(records)} records of ${programme}, ${day}, unsealed since ${minutesAgo(since)}`].join(''),
    ),
    ...stuck.batches.map(({ batch, state, since }) => `batch    ${batch} ${state} since ${minutesAgo(since)}`),
    ...stuck.tooLate.map(
      ({ programme, day, records, milligrams, since }) =>
        `too late ${String(records)} records of ${programme}, ${day}, ${milligrams} mg: closed on the ledger without them, known for ${minutesAgo(since)}; see docs/guides/run-a-city.md`,
    ),
    ...stuck.payments.map(
      ({ payment, state, amountFen, since }) =>
        `payment  ${payment} ${state}, ${amountFen} fen, since ${minutesAgo(since)}`,
    ),
    ...stuck.payouts.map(
      ({ programme, day, payments, since }) =>
        `waiting  ${String(payments)} payments of ${programme}, ${day}, unsealed since ${minutesAgo(since)}`,
    ),
    ...stuck.settlements.map(
      ({ settlement, payments, state, since }) =>
        `seal     ${settlement} of ${String(payments)} payments ${state} since ${minutesAgo(since)}`,
    ),
    ...stuck.reconciliations.map(
      ({ day, programme, differences, report }) =>
        `differs  ${day} of ${programme}: ${String(differences)} differences, tanhui reconcile show ${report}`,
    ),
    ...stuck.undos.map(
      ({ run, batches, batchesLeft, since }) =>
        `undo     ${run}, ${String(batchesLeft)} of ${String(batches)} units left, since ${minutesAgo(since)}`,
    ),
  ];
}

function saidOf(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['nothing is paused, nothing is stuck'] : lines;
}

function minutesAgo(since: number): string {
  return `${String(Math.floor((Date.now() - since) / minuteMs))} minutes`;
}

function switchCommand(act: 'pause' | 'resume'): Command {
  const words = {
    pause: 'stop intake, sealing, payments, or one source; what is under way ends, nothing is lost',
    resume: 'let it go on',
  };
  return new Command(act)
    .description(words[act])
    .argument('<work>', 'intake, sealing, payments, or intake.<source>, e.g. intake.metro-trips')
    .requiredOption('--reason <text>', 'why, for the trail and for whoever wonders')
    .action((work: string, { reason }: { readonly reason: string }) =>
      withServer(async ({ client }) => {
        const { control, isPaused } = await client.operations[act](work, reason);
        print(`${control} ${isPaused ? 'is paused' : 'goes on'}`);
      }),
    );
}

function backupCommands(): Command[] {
  const backup = new Command('backup').description('copies of store, ledger and keys of one moment 备份');
  backup
    .command('make')
    .description(
      'make one while the server goes on; it holds the keys of the installation, so keep it as safely as them',
    )
    .action(() =>
      withServer(async ({ client }) => {
        const { folder, files, bytes } = await client.operations.backUp();
        print(`${resolve(folder)}  ${String(files)} files, ${String(bytes)} bytes`);
      }),
    );
  backup
    .command('verify')
    .description('check every file of a backup by its digest, and every database page by page')
    .argument('<folder>')
    .action(async (folder: string) => {
      const { files, madeAt } = await verifyBackup(folder);
      print(`whole: ${String(files.length)} files of ${new Date(madeAt).toISOString()}`);
    });
  return [backup, restoreCommand()];
}

function restoreCommand(): Command {
  return new Command('restore')
    .description('verify a backup, copy it into the empty folder TANHUI_DATA, and prove that a server starts from it')
    .argument('<folder>', 'a backup')
    .action(async (folder: string) => {
      const config = readConfig();
      const { files } = await restoreBackup(folder, config.dataFolder);
      const platform = await compose({ ...config, logLevel: 'warn' });
      const blocks = await orStop(platform, () => platform.services.ledger.height());
      await platform.stop();
      print(
        `restored ${String(files.length)} files into ${config.dataFolder}; store and ledger agree, ${String(blocks)} blocks`,
      );
    });
}

function resetCommand(): Command {
  return new Command('reset')
    .description('remove all data of a demo, so that the next start begins anew; refused for production')
    .requiredOption('--yes', 'there is no way back')
    .action(() => {
      const { dataFolder, mode, store, ledger } = readConfig();
      if (!existsSync(join(dataFolder, 'keys.json')))
        throw refuseConfig('CONFIG_NO_DEMO_HERE', { field: 'TANHUI_DATA' });
      const { madeFor } = JSON.parse(readFileSync(join(dataFolder, 'keys.json'), 'utf8')) as {
        readonly madeFor?: string;
      };
      if (mode === 'production' || madeFor !== 'demo')
        throw refuseConfig('CONFIG_NO_DEMO_HERE', { field: 'TANHUI_DATA' });
      if (store.engine !== 'sqlite' || ledger !== 'embedded')
        throw refuseConfig('CONFIG_RESET_ELSEWHERE', { folder: dataFolder });
      const release = lockFile(join(dataFolder, 'tanhui.db.lock'));
      for (const name of readdirSync(dataFolder)) rmSync(join(dataFolder, name), { recursive: true, force: true });
      release();
      print(`${dataFolder} is empty`);
    });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
