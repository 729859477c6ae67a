import { common } from '@hyperledger/fabric-protos';
import type { EventPosition, LedgerBlock, LedgerEvent } from '../port.ts';
import { transactionIds } from './envelopes.ts';
import { endorseFailure, isPassing } from './failures.ts';
import { rest } from '../../runtime/index.ts';
import type { Session } from './session.ts';

const reconnectMs = 250;

/** Blocks from a number on; connects again where a connection ended, so that none is left out or given twice. */
export function followBlocks(session: Session, from: number, signal: AbortSignal): AsyncIterable<LedgerBlock> {
  let next = from;
  return follow<common.Block, LedgerBlock>(signal, {
    open: () => session.seat('auditor').network.getBlockEvents({ startBlock: BigInt(next) }),
    take(block) {
      const number = block.getHeader()?.getNumber() ?? 0;
      next = number + 1;
      return { number, bytes: block.serializeBinary() };
    },
  });
}

/**
 * Events from a position on. The gateway's own checkpoint waits for an event of that very transaction, and for ever if it
 * had none; so the transactions of the first block that were seen are taken from the block itself.
 */
export async function* followEvents(
  session: Session,
  options: {
    readonly from: EventPosition;
    readonly signal: AbortSignal;
    readonly blockOf: (number: number) => Promise<LedgerBlock | undefined>;
  },
): AsyncGenerator<LedgerEvent> {
  const { from, signal } = options;
  let next = from.blockNumber;
  let seen = await seenUpTo(from, options.blockOf);
  const { chaincode } = session.connection;
  yield* follow(signal, {
    open: () => session.seat('auditor').network.getChaincodeEvents(chaincode, { startBlock: BigInt(next) }),
    take(event) {
      const blockNumber = Number(event.blockNumber);
      if (blockNumber > next) [next, seen] = [blockNumber, new Set()];
      if (seen.has(event.transactionId)) return undefined;
      seen.add(event.transactionId);
      const { transactionId, eventName: name, payload } = event;
      return { blockNumber, transactionId, name, payload };
    },
  });
}

async function seenUpTo(
  from: EventPosition,
  blockOf: (number: number) => Promise<LedgerBlock | undefined>,
): Promise<Set<string>> {
  if (from.afterTransactionId === undefined) return new Set();
  const block = await blockOf(from.blockNumber);
  if (block === undefined) return new Set();
  const ids = transactionIds(common.Block.deserializeBinary(block.bytes));
  return new Set(ids.slice(0, ids.indexOf(from.afterTransactionId) + 1));
}

interface Stream<Item> extends AsyncIterable<Item> {
  close(): void;
}

interface Source<Item, Out> {
  open(): Promise<Stream<Item>>;
  take(item: Item): Out | undefined;
}

/** Reads a stream until the signal aborts and opens it again after a failure that passes. */
async function* follow<Item, Out>(signal: AbortSignal, source: Source<Item, Out>): AsyncGenerator<Out> {
  while (!isOver(signal)) {
    yield* readOnce(signal, source);
    await rest(reconnectMs, signal);
  }
}

async function* readOnce<Item, Out>(signal: AbortSignal, source: Source<Item, Out>): AsyncGenerator<Out> {
  let stream: Stream<Item> | undefined;
  const stop = (): void => stream?.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    stream = await source.open();
    if (isOver(signal)) return;
    for await (const item of stream) {
      const out = source.take(item);
      if (out !== undefined) yield out;
      if (isOver(signal)) return;
    }
  } catch (error) {
    if (!isOver(signal) && !isPassing(error)) throw endorseFailure(error);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Asked anew each time: a signal may abort during any wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
