/** A plain key, or the parts of a composite one. */
export type Key = string | { readonly type: string; readonly attributes: readonly string[] };

/** One thing that a transaction does; a program is a list of them. `as` values are texts. */
export type Step =
  | { readonly do: 'get' | 'delete' | 'history' | 'policy'; readonly key: Key }
  | { readonly do: 'put'; readonly key: Key; readonly value: string }
  | { readonly do: 'scan'; readonly from: string; readonly to: string; readonly atMost?: number }
  | { readonly do: 'partial'; readonly type: string; readonly attributes: readonly string[] }
  | {
      readonly do: 'page';
      readonly from: string;
      readonly to: string;
      readonly size: number;
      readonly bookmark: string;
    }
  | { readonly do: 'event'; readonly name: string; readonly payload: string }
  | { readonly do: 'require'; readonly key: Key; readonly organisations: readonly string[] }
  | { readonly do: 'private-put'; readonly collection: string; readonly key: string; readonly transient: string }
  | {
      readonly do: 'private-get' | 'private-hash' | 'private-delete' | 'private-purge';
      readonly collection: string;
      readonly key: string;
    }
  | { readonly do: 'private-scan'; readonly collection: string; readonly from: string; readonly to: string }
  | { readonly do: 'transient'; readonly name: string }
  | { readonly do: 'attribute'; readonly name: string }
  | { readonly do: 'who' | 'time' | 'disagree' }
  | { readonly do: 'fail'; readonly message: string };

export type Answer = string | number | boolean | null | readonly Answer[] | { readonly [name: string]: Answer };
