import type { Collection } from '../storage/index.ts';

/** 市民. Holds no name but the one the person chose to be called by. */
export interface CitizenDocument {
  readonly name: string;
  readonly programme: string;
  readonly isSimulated: boolean;
  readonly createdAt: number;
  readonly accounts: readonly { readonly account: string; readonly source: string; readonly boundAt: number }[];
  readonly erasedAt?: number;
}

export const citizenDocuments: Collection<CitizenDocument> = {
  name: 'citizens',
  keys: { exception: 'a person is asked for by id; people are few beside their trips' },
  indexes: [],
};
