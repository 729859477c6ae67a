import type { Day } from '@tanhui/sdk/model';
import type { Collection } from '../storage/index.ts';

/** An account that a citizen has bound, or had: what was credited while it was bound stays and is shown. */
export interface BoundAccount {
  readonly account: string;
  readonly source: string;
  readonly boundAt: number;
  /** The last characters of its name at the source, so that its holder knows it again; nothing more of the name is kept. */
  readonly tail?: string;
  /** First day whose grams are credited. */
  readonly creditedFrom?: Day;
  readonly unboundAt?: number;
}

/** 市民. Holds no name but the one the person chose to be called by. */
export interface CitizenDocument {
  readonly name: string;
  readonly programme: string;
  readonly isSimulated: boolean;
  readonly createdAt: number;
  readonly accounts: readonly BoundAccount[];
  readonly erasedAt?: number;
}

export const citizenDocuments: Collection<CitizenDocument> = {
  name: 'citizens',
  keys: { exception: 'a person is asked for by id; people are few beside their trips' },
  indexes: [],
};
