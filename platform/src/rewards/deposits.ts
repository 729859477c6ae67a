import { dayOf } from '@tanhui/sdk/model';
import { postTransfer } from '../accounts/index.ts';
import type { Collection, Page, Query, Reader, Transaction } from '../storage/index.ts';
import { budgetAccount } from './campaign.ts';
import type { LocalText } from './collections.ts';

/** 存入: money that a sponsor paid into the budget of a campaign. Its id is the one under which the books and the bank's statement have it. */
export interface DepositDocument {
  readonly programme: string;
  readonly campaign: string;
  readonly name: LocalText;
  readonly sponsor: string;
  /** The sponsor's organisation, as its credentials name it: it may see the deposit. */
  readonly organisation?: string;
  readonly amountFen: string;
  readonly paidInAt: number;
}

export const deposits: Collection<DepositDocument> = {
  name: 'deposits',
  keys: { exception: 'a campaign has a handful of deposits, each with an id that is made before the bank is asked' },
  indexes: [
    {
      name: 'by_programme',
      fields: ['programme', 'paidInAt'],
      exception: 'the deposits of a programme are few and shown newest first',
    },
    {
      name: 'by_organisation',
      fields: ['organisation', 'programme', 'paidInAt'],
      sparse: true,
      exception: 'the deposits of a sponsor are few and shown newest first',
    },
  ],
};

/** Whose money it is: what a campaign says of it. */
type Payer = Pick<DepositDocument, 'programme' | 'name' | 'sponsor' | 'organisation'>;

/**
 * Brings a deposit into a campaign's budget, once for its id: money of the budget account mirrors what the sponsor put in outside, on the day on which the
 * bank has it.
 */
export async function payIn(
  tx: Transaction,
  deposit: {
    readonly id: string;
    readonly campaign: string;
    readonly payer: Payer;
    readonly amountFen: bigint;
    readonly at: number;
  },
): Promise<void> {
  const { id, campaign, payer, amountFen, at } = deposit;
  const { programme, name, sponsor, organisation } = payer;
  const legs = [
    { account: `external:${sponsor}`, asset: 'fen' as const, amount: -amountFen },
    { account: budgetAccount(campaign), asset: 'fen' as const, amount: amountFen },
  ];
  await postTransfer(tx, { id, at, kind: 'budget', legs, bookedOn: dayOf(at) });
  const value: DepositDocument = {
    ...{ programme, campaign, name, sponsor },
    ...(organisation !== undefined && { organisation }),
    ...{ amountFen: String(amountFen), paidInAt: at },
  };
  // The same id again is the same deposit, as it is to the books.
  await tx.insertMany(deposits, [{ key: id, value }]);
}

/** Deposits of a programme, or of one sponsor's organisation in it, newest first. */
export function depositsOf(
  reader: Pick<Reader, 'find'>,
  { programme, organisation, ...asked }: Scope & Pick<Query, 'limit' | 'after'>,
): Promise<Page<DepositDocument>> {
  const order = { order: 'descending' as const, ...asked };
  return organisation === undefined
    ? reader.find(deposits, { index: 'by_programme', prefix: [programme], ...order })
    : reader.find(deposits, { index: 'by_organisation', prefix: [organisation, programme], ...order });
}

interface Scope {
  readonly programme: string;
  readonly organisation?: string | undefined;
}
