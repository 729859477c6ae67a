import type { CitizenView, SourceView } from '@tanhui/sdk/client';
import { inLanguage } from '../../shared/language.ts';

export interface BoundAccount {
  readonly account: string;
  readonly name: string;
  readonly boundAt: number;
}

/** Bound accounts with the name of their source in the person's language. */
export function boundAccounts(me: CitizenView, sources: readonly SourceView[]): readonly BoundAccount[] {
  return me.accounts.map(({ account, source, boundAt }) => {
    const known = sources.find((one) => one.source === source);
    return { account, boundAt, name: known === undefined ? source : inLanguage(known.name) };
  });
}
