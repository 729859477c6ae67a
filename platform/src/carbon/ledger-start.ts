import type { Json } from '../kernel/index.ts';
import { canonicalJson, required } from '../kernel/index.ts';
import { readBlock } from '../ledger/blocks.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure, orderEnvelope, refuseLedger, validationCodes } from '../ledger/index.ts';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import type { Collection, DocumentStore } from '../storage/index.ts';

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

/** Refuses a ledger other than the one that the data were sealed on; the first one is remembered. Needs one block. */
export async function holdToChain(store: DocumentStore, ledger: LedgerClient): Promise<void> {
  const { engine, channel } = await ledger.describe();
  const { bytes } = required(await ledger.block(0), 'first block');
  const mark: ChainMarkDocument = { engine, channel, firstBlock: readBlock(bytes).headerHash };
  const known = await store.unitOfWork(async (tx) => {
    const stored = await tx.get(chainMarks, markKey);
    if (stored === undefined) await tx.insertMany(chainMarks, [{ key: markKey, value: mark }]);
    return stored?.value ?? mark;
  });
  if (known.firstBlock !== mark.firstBlock)
    throw refuseLedger('LEDGER_OF_OTHER_DATA', { sealedOn: known.engine, offered: engine });
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
