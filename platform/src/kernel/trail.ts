/** Closed list of what is written into the trail; `audit` holds their texts. */
export type TrailAction =
  | 'admin-bootstrapped'
  | 'credential-issued'
  | 'credential-rotated'
  | 'credential-revoked'
  | 'work-paused'
  | 'work-resumed'
  | 'backup-made'
  | 'campaign-created'
  | 'campaign-extended'
  | 'campaign-paused'
  | 'campaign-resumed'
  | 'day-closed'
  | 'run-reversed'
  | 'record-reversed'
  | 'payment-asked'
  | 'payment-decided'
  | 'appeal-upheld'
  | 'appeal-declined'
  /** Of lines written before the two above were told apart; their reason begins with the decision. */
  | 'appeal-decided'
  | 'person-erased'
  | 'person-looked-at'
  | 'exported';

/** Who acted: `system` where no person asked. */
export interface TrailActor {
  readonly subject: string;
  readonly role: 'citizen' | 'partner' | 'agency' | 'operator' | 'system';
}

/** One line of the trail: who, what, about what, and why where it was said. Holds ids, never contents. */
export interface TrailEntry {
  readonly actor: TrailActor;
  readonly action: TrailAction;
  /** Id of what was changed, shown or taken: a credential, a source, a day, a record. */
  readonly subject: string;
  /** 市民 whose data was looked at; that person sees this line. */
  readonly person?: string;
  /** In the actor's words, at most 200 characters. */
  readonly reason?: string;
}

/**
 * 审计留痕: append-only. Takes part in the caller's unit of work, so an act and its line commit together or not at all; the type parameter is
 * the store's transaction, which the kernel does not know.
 */
export interface AuditTrail<Transaction> {
  append(tx: Transaction, entry: TrailEntry): Promise<void>;
}
