/** 差异: the closed list of what a reconciliation 对账 may find. A code is never used again for something else. */
export const differenceKinds = [
  /** Settled by our word, and no posting in the journal, or one of another amount. */
  'NOT_BOOKED',
  /** Posted as paid, and no redemption that was settled on this day. */
  'BOOKED_WITHOUT_REDEMPTION',
  /** In the books, and absent from a complete statement. */
  'NOT_AT_BANK',
  /** In books and statement with two amounts. */
  'AMOUNT_DIFFERS',
  /** One instruction, and more than one movement at the bank. */
  'PAID_TWICE',
  /** On the statement, and no redemption of ours: never turned into a reward. */
  'UNKNOWN_TO_US',
  /** On the statement, and given back by us. */
  'PAID_THOUGH_REJECTED',
  /** On the statement of this day, and booked on another. */
  'BOOKED_ON_ANOTHER_DAY',
  /** On the statement, and our payment still waits for its answer: it ends by being asked for. */
  'UNCONFIRMED',
  /** The sponsor paid in, and no budget has it. */
  'DEPOSIT_NOT_BOOKED',
  /** A budget was filled, and a complete statement lacks the deposit. */
  'DEPOSIT_NOT_AT_BANK',
  /** Deposit and budget have two amounts. */
  'DEPOSIT_DIFFERS',
  /** Grams were burned, and no redemption accounts for them. */
  'BURNED_WITHOUT_REDEMPTION',
  /** A redemption burned another amount than it says, or nothing, or did not get back what it gave. */
  'BURN_DIFFERS',
  /** Settled, and in no seal on the ledger yet. */
  'NOT_SEALED',
  /** The ledger holds another header than the redemptions give, or none. */
  'SEAL_DIFFERS',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];
