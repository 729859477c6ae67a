import { randomUUID } from 'node:crypto';
import type { CredentialRole, CredentialView, NewCredential, TanhuiClient } from '@tanhui/sdk/client';
import { everyItem } from '@tanhui/sdk/client';
import type { Instant } from '@tanhui/sdk/model';
import { Command, Option } from 'commander';
import { countOf } from '../arguments.ts';
import { printList } from '../output.ts';
import { withServer } from '../server.ts';

const maxListed = 1_000;

/** `tanhui bootstrap`: the way in while there is no administrator yet. */
export function bootstrapCommand(): Command {
  return new Command('bootstrap')
    .description('print a one-time token with which the first administrator is made; the one before it is void')
    .addHelpText(
      'after',
      '\nTrade it once: POST /v1/bootstrap with the token as bearer and {"subject": "city-office", "label": "admin"}.',
    )
    .action(() =>
      withServer(async ({ client }) => {
        print((await client.access.bootstrapToken()).token);
      }),
    );
}

/** `tanhui credentials`: for who can read the installation's keys. */
export function credentialsCommand(): Command {
  const command = new Command('credentials').description('credentials of partners, agencies and operators 凭证');
  command
    .command('list')
    .description('all of them, newest first; secrets are not to be had again')
    .option('--json', 'one JSON object a line')
    .action(({ json }: { readonly json?: boolean }) => withServer(({ client }) => list(client, json ?? false)));
  command
    .command('issue')
    .description('issue one; its secret is printed once')
    .addOption(
      new Option('--role <role>', 'what it may do').choices(['partner', 'agency', 'operator']).default('partner'),
    )
    .requiredOption('--subject <organisation>', 'who holds it: lower-case letters, digits and -, e.g. qingdao-metro')
    .requiredOption('--label <text>', 'what its holder calls it, e.g. "intake server"')
    .option('--sources <ids...>', 'sources that a partner may send; all where it is left out')
    .option('--programme <id>', 'the one programme of a partner; any where it is left out')
    .option('--days <count>', 'days until it ends by itself', countOf)
    .action((options: IssueOptions) =>
      withServer(async ({ client }) => {
        const { credential, secret } = await client.access.issue(asked(options), randomUUID());
        print(`${credential}\n${secret}`);
      }),
    );
  return changing(command);
}

function changing(command: Command): Command {
  command
    .command('rotate')
    .description('print a new secret; the one before stays valid for the overlap')
    .argument('<credential>')
    .option('--overlap-hours <hours>', 'how long both are valid', countOf, 24)
    .action((credential: string, { overlapHours }: { readonly overlapHours: number }) =>
      withServer(async ({ client }) => {
        print((await client.access.rotate(credential, overlapHours, randomUUID())).secret);
      }),
    );
  command
    .command('revoke')
    .description('end it for good, and every token that was got with it')
    .argument('<credential>')
    .option('--reason <text>', 'why, for the trail', '')
    .action((credential: string, { reason }: { readonly reason: string }) =>
      withServer(async ({ client }) => {
        await client.access.revoke(credential, reason, randomUUID());
        print(`${credential} revoked`);
      }),
    );
  return command;
}

interface IssueOptions {
  readonly role: CredentialRole;
  readonly subject: string;
  readonly label: string;
  readonly sources?: string[];
  readonly programme?: string;
  readonly days?: number;
}

function asked({ days, ...credential }: IssueOptions): NewCredential {
  return { ...credential, ...(days !== undefined && { validForDays: days }) };
}

async function list({ access }: TanhuiClient, isJson: boolean): Promise<void> {
  const none = 'no credential has been issued yet; see tanhui credentials issue --help';
  await printList(
    everyItem((cursor) => access.credentials({ cursor }), maxListed),
    { isJson, lineOf: (one) => credentialLine(one, Date.now()), none },
  );
}

/** One credential as a line of the list: what its secret is good for at this instant, and whose it is. */
export function credentialLine(one: CredentialView, now: Instant): string {
  const scope = [...(one.sources ?? ['all sources']), one.programme ?? 'any programme'].join(' ');
  const ends = one.expiresAt === undefined ? '' : `ends ${new Date(one.expiresAt).toISOString()}`;
  const { credential, role, subject, label } = one;
  return [
    ...[credential, stateOf(one, now), role, subject, JSON.stringify(label)],
    ...[role === 'partner' ? scope : '', ends].filter((part) => part !== ''),
  ].join('  ');
}

function stateOf({ revokedAt, expiresAt }: CredentialView, now: Instant): string {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'valid';
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
