import type { DifferenceView, ReconciliationReportView, TanhuiClient } from '@tanhui/sdk/client';
import { everyItem } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { Command } from 'commander';
import { countOf, dayOfArgument } from '../arguments.ts';
import { withServer } from '../server.ts';

const maxListed = 10_000;

/** `tanhui reconcile`: reports of the three-way reconciliation 三方对账. */
export function reconcileCommand(): Command {
  const command = new Command('reconcile').description('three-way reconciliation 三方对账: books, bank and ledger');
  command
    .command('list')
    .description('newest report of each day, newest day first; ends with 1 where a day differs')
    .option('--programme <id>', 'whose; the server’s own (TANHUI_PROGRAMME) where it is left out')
    .option('--days <count>', 'how many days', countOf, 14)
    .option('--json', 'one JSON object a line')
    .action(({ programme, days, json }: ListOptions) =>
      withServer(({ client }) => list(client, { programme, days, isJson: json ?? false })),
    );
  command
    .command('now')
    .description('reconcile a day now and store the report, which supersedes the one before')
    .argument('<day>', 'YYYY-MM-DD in UTC+8', dayOfArgument)
    .option('--programme <id>', 'whose; the server’s own (TANHUI_PROGRAMME) where it is left out')
    .action((day: Day, { programme }: { readonly programme?: string }) =>
      withServer(async ({ client }) => {
        await show(client, await client.reconciliations.ask({ day, programme }));
      }),
    );
  command
    .command('show')
    .description('one report with its differences; ends with 1 where it differs')
    .argument('<report>')
    .action((report: string) =>
      withServer(async ({ client }) => {
        await show(client, await client.reconciliations.get(report));
      }),
    );
  return command;
}

interface ListOptions {
  readonly programme?: string;
  readonly days: number;
  readonly json?: boolean;
}

async function list(
  { reconciliations }: TanhuiClient,
  wanted: { readonly programme: string | undefined; readonly days: number; readonly isJson: boolean },
): Promise<void> {
  const { programme, days, isJson } = wanted;
  const seen = new Set<string>();
  for await (const report of everyItem((cursor) => reconciliations.list({ programme, cursor }), maxListed)) {
    if (seen.has(report.day)) continue;
    if (seen.size >= days) break;
    seen.add(report.day);
    print(isJson ? JSON.stringify(report) : lineOf(report));
    if (report.state === 'differs') process.exitCode = 1;
  }
  if (seen.size === 0 && days > 0 && !isJson)
    print('no day has been reconciled yet; a day is when it has ended in UTC+8');
}

function lineOf(report: ReconciliationReportView): string {
  const { day, state, books, bank, ledger, deposits, differences } = report;
  const paid = `paid ${books.amountFen}/${bank.amountFen}/${ledger.amountFen} fen`;
  const burned = `burned ${books.burnedMilligrams}/${ledger.burnedMilligrams} mg`;
  const paidIn = `paid in ${deposits.books.amountFen}/${deposits.bank.amountFen} fen`;
  const found = differences === 0 ? '' : `${String(differences)} differences`;
  return [day, state.padEnd(8), paid, burned, paidIn, found, report.report].filter((part) => part !== '').join('  ');
}

async function show({ reconciliations }: TanhuiClient, report: ReconciliationReportView): Promise<void> {
  const { books, bank, ledger, deposits, burned } = report;
  print(`${report.report}  ${report.programme}  ${report.day}  ${report.state}`);
  print(
    `made    ${new Date(report.at).toISOString()} by ${report.by}${report.isSuperseded ? ', superseded since' : ''}`,
  );
  print(`paid    books ${books.amountFen} fen, bank ${bank.amountFen} fen, ledger ${ledger.amountFen} fen`);
  print(`grams   books ${books.burnedMilligrams} mg, ledger ${ledger.burnedMilligrams} mg, of what was paid`);
  print(`burned  journal ${burned.booksMilligrams} mg, redemptions ${burned.redemptionMilligrams} mg, of the day`);
  print(`paid in books ${deposits.books.amountFen} fen, bank ${deposits.bank.amountFen} fen`);
  if (!report.isStatementComplete) print('the bank’s statement of the day is not complete yet');
  const differences = everyItem((cursor) => reconciliations.differences(report.report, { cursor }), maxListed);
  for await (const one of differences) print(differenceLine(one));
  if (report.state === 'differs') process.exitCode = 1;
}

function differenceLine({ kind, subject, byFen, byMilligrams, ...sides }: DifferenceView): string {
  const said = Object.entries(sides).map(([side, amount]) => `${side} ${amount}`);
  const apart = [byFen === undefined ? '' : `${byFen} fen`, byMilligrams === undefined ? '' : `${byMilligrams} mg`];
  return `${kind}  ${subject}  ${said.join(', ')}  apart by ${apart.filter((part) => part !== '').join(' and ')}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
