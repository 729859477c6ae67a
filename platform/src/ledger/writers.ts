import { ask, askBeforeMs } from './ordering.ts';
import type { ContractCall, LedgerClient } from './port.ts';
import { LedgerFailure } from './port.ts';

/** The transaction that wrote something. */
export interface Writer {
  readonly transactionId: string;
  readonly blockNumber: number;
}

/** What the contract writes once, under a key of its own. */
export interface WrittenOnce {
  /** Reads the key. */
  readonly read: ContractCall;
  /** What the contract says of a key that holds nothing. */
  readonly unknownCode: string;
  /** Transactions of envelopes whose end is unknown. */
  readonly earlier: readonly string[];
}

/**
 * Before something is endorsed anew: the earlier transaction that wrote it, if one did. Nothing is no proof of absence, for one of them may be in a block still to come; what is endorsed then
 * writes nothing where that one was first. Throws `outcome-unknown` where the key is written and no earlier transaction is seen in a block yet.
 */
export async function writtenAlready(
  ledger: Pick<LedgerClient, 'status' | 'evaluate'>,
  { read, unknownCode, earlier }: WrittenOnce,
): Promise<Writer | undefined> {
  if (earlier.length === 0) return undefined;
  const writer = await writerAmong(ledger, earlier);
  if (writer !== undefined) return writer;
  if ((await readIfKnown(ledger, read, unknownCode)) === undefined) return undefined;
  throw new LedgerFailure('outcome-unknown', 'it is written, and its transaction is not seen in a block yet');
}

/**
 * Which transaction wrote what the contract writes once, where another one was endorsed in place of some whose end is unknown: of several valid ones the first, and the others
 * nothing. An earlier one that is in a block stands before the one that has just been seen in one, so the peer knows it by now.
 */
export async function writerOf(
  ledger: Pick<LedgerClient, 'status'>,
  seen: Writer,
  earlier: readonly string[] = [],
): Promise<Writer> {
  return (await writerAmong(ledger, earlier)) ?? seen;
}

async function writerAmong(
  ledger: Pick<LedgerClient, 'status'>,
  transactions: readonly string[],
): Promise<Writer | undefined> {
  for (const transactionId of transactions) {
    const found = await ask(ledger, { transactionId }, askBeforeMs);
    if (found.end === 'valid') return { transactionId, blockNumber: found.blockNumber };
  }
  return undefined;
}

/** What the contract reads; undefined where it says, with this code, that there is nothing. */
export async function readIfKnown(
  ledger: Pick<LedgerClient, 'evaluate'>,
  call: ContractCall,
  unknownCode: string,
): Promise<string | undefined> {
  try {
    return Buffer.from(await ledger.evaluate(call)).toString();
  } catch (failure) {
    if (failure instanceof LedgerFailure && failure.contractCode === unknownCode) return undefined;
    throw failure;
  }
}
