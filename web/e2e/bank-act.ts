/** What a journey may tell the simulated bank. */
export type BankAct =
  | { readonly do: 'silence'; readonly of: 'nothing' | 'payments' | 'everything' }
  /** Takes payments and answers none of them until it is told to go on. */
  | { readonly do: 'ponder'; readonly isOn: boolean }
  /** Tells the limits of a wallet, and not what of them is used. */
  | { readonly do: 'hide-use'; readonly isOn: boolean }
  | WalletAct;

/** About a citizen's wallet of class 3. */
type WalletAct = { readonly citizen: string } & (
  | { readonly do: 'state'; readonly state: 'active' | 'frozen-in' | 'frozen' | 'closed' }
  | { readonly do: 'quota'; readonly isOn: boolean }
  /** What its holder has paid elsewhere. */
  | { readonly do: 'spent'; readonly todayFen: string; readonly thisYearFen: string }
);
