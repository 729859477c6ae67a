/** A source broke its contract; the message says how. Never a matter of the records: whatever they hold, a source answers them. */
export class SourceContractError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SourceContractError';
  }
}

export function hold(condition: boolean, message: string): asserts condition {
  if (!condition) throw new SourceContractError(message);
}
