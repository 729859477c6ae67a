import type { CampaignAdminView, PageOf, UnresolvedPaymentView } from '@tanhui/sdk/client';
import { api } from '../../shared/api.ts';
import { unlessAbsent } from '../../shared/absent.ts';

export interface MoneySummary {
  readonly campaigns: readonly CampaignAdminView[];
  readonly payments: PageOf<UnresolvedPaymentView>;
}

/** Campaigns and payments under way; undefined in a programme without money. */
export function readMoney(): Promise<MoneySummary | undefined> {
  return unlessAbsent(async () => {
    const [campaigns, payments] = await Promise.all([api.campaigns.list(), api.payments.unresolved()]);
    return { campaigns: campaigns.items, payments };
  });
}
