import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBlockStore } from './block-store.ts';
import type { BlockStore } from './block-store.ts';
import { catchUp, isStateOf, networkOf } from './committing.ts';
import type { Ledger } from './committing.ts';
import { isHeldElsewhere } from './database.ts';
import { readIdentities } from './identities.ts';
import { openState } from './state.ts';
import type { State } from './state.ts';

const blocksFile = 'chain.db';
const stateFile = 'state.db';

/** Of a folder in which no ledger was set up: nothing that anybody signed is valid there. */
const nobody = { organisations: [], endorsers: [] };

/** Opens the files of a folder and brings the state to the height of the blocks; a state that is missing, broken or of other blocks is made again. */
export function openLedgerFiles(folder: string, options: { readonly isRebuilding?: boolean } = {}): Ledger {
  const blocks = openBlocks(folder);
  let state: State | undefined;
  try {
    state = stateFor(blocks, folder, options.isRebuilding ?? false);
    const ledger = { blocks, state, network: networkOf(readIdentities(folder) ?? nobody) };
    catchUp(ledger);
    if (Buffer.compare(blocks.lastHeaderHash(), state.head()) !== 0)
      throw new Error('the last block is not the one that the next would follow');
    return ledger;
  } catch (error) {
    state?.close();
    blocks.close();
    throw error;
  }
}

function stateFor(blocks: BlockStore, folder: string, isRebuilding: boolean): State {
  const path = join(folder, stateFile);
  const found = isRebuilding ? undefined : openState(path);
  if (found !== undefined && isStateOf({ blocks, state: found })) return found;
  found?.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  const made = openState(path);
  if (made === undefined) throw new Error(`the ledger’s state cannot be made in ${folder}`);
  return made;
}

function openBlocks(folder: string): BlockStore {
  try {
    return openBlockStore(join(folder, blocksFile));
  } catch (error) {
    throw new Error(`the ledger in ${folder} cannot be opened; is another server running on it?`, { cause: error });
  }
}

/** Whether a folder has blocks to make a state from. */
export function hasBlocks(folder: string): boolean {
  return existsSync(join(folder, blocksFile));
}

/** Whether a ledger could not be opened because a running server has it. */
export function isInUse(error: unknown): boolean {
  return error instanceof Error && isHeldElsewhere(error.cause);
}

export interface Rebuilt {
  readonly blocks: number;
  /** Equal states have equal digests. */
  readonly stateDigest: string;
}

/**
 * Makes the state of a stopped embedded ledger again from its blocks, checking that each follows from the one before.
 * Throws where they do not; the blocks themselves are only read.
 */
export function rebuildEmbeddedState(folder: string): Rebuilt {
  const { blocks, state } = openLedgerFiles(folder, { isRebuilding: true });
  const rebuilt = { blocks: state.height(), stateDigest: state.digest() };
  state.close();
  blocks.close();
  return rebuilt;
}
