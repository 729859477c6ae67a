import type { Json } from '../kernel/index.ts';
import { canonicalJson, required } from '../kernel/index.ts';
import { readBlock } from '../ledger/blocks.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure, orderEnvelope, refuseLedger, validationCodes } from '../ledger/index.ts';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import type { Collection, DocumentStore } from '../storage/index.ts';
import { batches } from './collections.ts';

/** 链标: the chain that these data are sealed on, known by its first block. */
export interface ChainMarkDocument {
  readonly engine: string;
  readonly channel: string;
  /** Header hash, hex. */
  readonly firstBlock: string;
}

export const chainMarks: Collection<ChainMarkDocument> = {
  name: 'chain_marks',
  keys: { exception: 'one document, read once at start' },
  indexes: [],
};

const markKey = 'chain';

/** Refuses a ledger other than the one that the data were sealed on, an empty one too: asked before anything is written on it. */
export async function refuseOtherChain(
  store: Pick<DocumentStore, 'get'>,
  ledger: Pick<LedgerClient, 'block' | 'describe'>,
): Promise<void> {
  const known = (await store.get(chainMarks, markKey))?.value;
  if (known === undefined) return;
  const { engine, firstBlock } = await chainOf(ledger);
  if (firstBlock !== known.firstBlock)
    throw refuseLedger('LEDGER_OF_OTHER_DATA', { sealedOn: known.engine, offered: engine });
}

/** Remembers the ledger where none is known, which two servers may do at once: then as `refuseOtherChain`. Needs one block. */
export async function holdToChain(store: DocumentStore, ledger: LedgerClient): Promise<void> {
  const { engine, channel, firstBlock } = await chainOf(ledger);
  const mark: ChainMarkDocument = { engine, channel, firstBlock: required(firstBlock, 'first block') };
  await store.unitOfWork(async (tx) => {
    if ((await tx.get(chainMarks, markKey)) === undefined)
      await tx.insertMany(chainMarks, [{ key: markKey, value: mark }]);
  });
  await refuseOtherChain(store, ledger);
}

async function chainOf(ledger: Pick<LedgerClient, 'block' | 'describe'>) {
  const [{ engine, channel }, first] = await Promise.all([ledger.describe(), ledger.block(0)]);
  return { engine, channel, firstBlock: first && readBlock(first.bytes).headerHash };
}

/** So many of the newest batches are looked at: their keys begin with their days, and the last block may hold one of an earlier day. */
const witnesses = 100;

/**
 * Refuses a chain that was cut: one without the block that holds what these data say is sealed. Asked only of a ledger that is kept in this installation, since a peer may be behind; and
 * before anything is written on it, since a chain that goes on looks whole.
 */
export async function holdToSeals(
  store: Pick<DocumentStore, 'find'>,
  ledger: Pick<LedgerClient, 'transaction' | 'copyBlocks'>,
): Promise<void> {
  if (ledger.copyBlocks === undefined) return;
  const newest = await store.find(batches, { index: 'key', order: 'descending', limit: witnesses });
  const sealed = newest.items.map(({ value }) => value).filter(({ state }) => state === 'sealed');
  const [last] = sealed.sort((one, other) => (other.block ?? 0) - (one.block ?? 0));
  if (last === undefined) return;
  const { transaction = '', block: number = 0 } = last;
  if ((await ledger.transaction(transaction))?.block !== number)
    throw refuseLedger('LEDGER_BLOCKS_MISSING', { number });
}

/** Every methodology 方法学 of the catalogue stands on the ledger before the first batch names it; what stands there is left. */
export async function registerMethodologies(
  ledger: LedgerClient,
  catalogue: MethodologyCatalogue,
  commitTimeoutMs: number,
): Promise<void> {
  await Promise.all(
    catalogue.all().map(async ({ file, reference }) => {
      const { validFrom, validTo } = file;
      const line: Json = { v: 1, ...reference, validFrom, ...(validTo !== undefined && { validTo }) };
      const text = canonicalJson(line);
      if ((await registered(ledger, reference)) !== text) await register(ledger, text, commitTimeoutMs);
    }),
  );
}

async function registered(
  ledger: LedgerClient,
  { id, version }: { readonly id: string; readonly version: string },
): Promise<string | undefined> {
  try {
    const read = await ledger.evaluate({ function: 'ReadMethodology', args: [id, version], as: 'registrar' });
    return Buffer.from(read).toString();
  } catch (failure) {
    if (failure instanceof LedgerFailure && failure.contractCode === 'METHODOLOGY_UNKNOWN') return undefined;
    throw failure;
  }
}

/** Another replica may register the same line in the same moment; then one of the two is a conflict, and the line stands. */
async function register(ledger: LedgerClient, text: string, timeoutMs: number): Promise<void> {
  const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args: [text], as: 'registrar' });
  const ordered = await orderEnvelope(ledger, { ...endorsed, mayBeOrdered: false, timeoutMs });
  if (ordered.end !== 'valid' && ordered.failure.validationCode !== validationCodes.mvccReadConflict)
    throw ordered.failure;
}
