import type { CitizenView, SourceView } from '@tanhui/sdk/client';
import { inLanguage } from '../../shared/language.ts';

export interface BoundAccount {
  readonly account: string;
  readonly name: string;
  readonly boundAt: number;
}

/** Accounts under consent with the name of their source in the person's language; those unbound since are told of by their trips only. */
export function boundAccounts(me: CitizenView, sources: readonly SourceView[]): readonly BoundAccount[] {
  const running = me.accounts.filter(({ unboundAt }) => unboundAt === undefined);
  return running.map(({ account, source, boundAt }) => ({ account, boundAt, name: sourceName(sources, source) }));
}

/** What a source is called; one that no plugin contributes any more keeps its id. */
export function sourceName(sources: readonly SourceView[], id: string): string {
  const known = sources.find(({ source }) => source === id);
  return known === undefined ? id : inLanguage(known.name);
}
