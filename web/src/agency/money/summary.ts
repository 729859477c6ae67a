import type { CampaignAdminView, PageOf, UnresolvedPaymentView } from '@tanhui/sdk/client';
import { ClientProblem } from '@tanhui/sdk/client';
import { api } from '../../shared/api.ts';

export interface MoneySummary {
  readonly leftFen: string;
  /** Of the first page; `50+` where there are more. */
  readonly unresolved: string;
  readonly campaigns: readonly CampaignAdminView[];
  readonly payments: PageOf<UnresolvedPaymentView>;
}

/** Campaigns and payments under way; undefined in a programme without money, whose server has no such addresses. */
export async function readMoney(): Promise<MoneySummary | undefined> {
  try {
    const [campaigns, payments] = await Promise.all([api.campaigns.list(), api.payments.unresolved()]);
    const leftFen = campaigns.items.reduce((sum, { budget }) => sum + BigInt(budget.leftFen), 0n);
    const unresolved = `${String(payments.items.length)}${payments.next === undefined ? '' : '+'}`;
    return { leftFen: String(leftFen), unresolved, campaigns: campaigns.items, payments };
  } catch (error) {
    if (error instanceof ClientProblem && error.status === 404) return undefined;
    throw error;
  }
}
