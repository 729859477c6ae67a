import { randomUUID } from 'node:crypto';
import type { RunReversalView, RunView, TanhuiClient } from '@tanhui/sdk/client';
import { everyItem } from '@tanhui/sdk/client';
import { Command } from 'commander';
import { showUndoing } from '../import/progress.ts';
import { printList } from '../output.ts';
import { withServer } from '../server.ts';

const maxListed = 1_000;

/** `tanhui runs`: what was imported, and taking an import back. */
export function runsCommand(): Command {
  const command = new Command('runs').description('import runs 导入运行: what came of them, and undoing one');
  command
    .command('list')
    .description('all of them, newest first')
    .option('--json', 'one JSON object a line')
    .action(({ json }: { readonly json?: boolean }) => withServer(({ client }) => list(client, json ?? false)));
  command
    .command('undo')
    .description(
      'undo a finished run: reverse what counts, withdraw the rest; begun once it goes on after a crash, and again it adds nothing',
    )
    .argument('<run>')
    .requiredOption('--reason <text>', 'why, for the trail and for whoever asks: up to 200 characters')
    .option('--json', 'last line on stdout is one JSON object')
    .action((run: string, { reason, json }: { readonly reason: string; readonly json?: boolean }) =>
      withServer(async ({ client }) => {
        const undone = await undo(client, run, reason);
        print(json === true ? JSON.stringify(undone) : undoneLine(run, undone));
      }),
    );
  return command;
}

async function list({ runs }: TanhuiClient, isJson: boolean): Promise<void> {
  const none = 'nothing has been imported yet; see tanhui import --help';
  await printList(
    everyItem((cursor) => runs.list({ cursor }), maxListed),
    { isJson, lineOf, none },
  );
}

function lineOf({ run, source, programme, state, reversal, counts }: RunView): string {
  const { read, used, duplicate, refused, open } = counts.records;
  const records = `read ${String(read)} = ${String(used)} used + ${String(duplicate)} duplicate + ${String(refused)} refused + ${String(open)} open`;
  const goOn = state === 'interrupted' ? 'import the same file again to go on' : '';
  return [run, reversal === undefined ? saidOf[state] : reversedState(reversal), source, programme, records, goOn]
    .join('  ')
    .trimEnd();
}

const saidOf: Readonly<Record<RunView['state'], string>> = {
  running: 'running',
  interrupted: 'interrupted',
  'day-over': 'day over',
  finished: 'finished',
};

function reversedState({ state }: RunReversalView): string {
  return state === 'done' ? 'undone' : 'being undone';
}

/** Asks until it is done; each call takes it some steps further, whether or not a worker does so too. */
async function undo({ runs }: TanhuiClient, run: string, reason: string): Promise<RunReversalView> {
  let undone = await runs.undo(run, reason, randomUUID());
  const progress = process.stderr.isTTY ? showUndoing(undone.batches) : undefined;
  try {
    while (undone.state !== 'done') {
      progress?.set(undone.batches - undone.batchesLeft);
      undone = await runs.undo(run, reason, randomUUID());
    }
    progress?.set(undone.batches);
    return undone;
  } finally {
    progress?.stop();
  }
}

function undoneLine(run: string, undone: RunReversalView): string {
  const { reversedRecords, reversedMilligrams, withdrawnTrips, endedRecords, restoredTrips } = undone;
  return [
    `${run} undone: reversed ${counted(reversedRecords, 'record')} of ${reversedMilligrams} mg`,
    `withdrew ${counted(withdrawnTrips, 'refused or held trip')}`,
    `ended ${counted(endedRecords, 'waiting record')}`,
    `restored ${counted(restoredTrips, 'trip')} of others`,
  ].join(', ');
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
