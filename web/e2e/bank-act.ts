/** What a journey may tell the simulated bank. */
export type BankAct =
  | { readonly do: 'silence'; readonly of: 'nothing' | 'payments' | 'everything' }
  | {
      readonly do: 'state';
      /** Whose wallet of class 3. */
      readonly citizen: string;
      readonly state: 'active' | 'frozen-in' | 'frozen' | 'closed';
    };
