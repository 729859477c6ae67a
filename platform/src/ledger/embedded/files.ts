import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBlockStore } from './block-store.ts';
import type { BlockStore } from './block-store.ts';
import { catchUp, isStateOf } from './committing.ts';
import type { Ledger } from './committing.ts';
import { openState } from './state.ts';
import type { State } from './state.ts';

const blocksFile = 'chain.db';
const stateFile = 'state.db';

/** Opens the files of a folder and brings the state to the height of the blocks; a state that is missing, broken or of other blocks is made again. */
export function openLedgerFiles(folder: string, options: { readonly isRebuilding?: boolean } = {}): Ledger {
  const blocks = openBlocks(folder);
  let state: State | undefined;
  try {
    state = stateFor(blocks, folder, options.isRebuilding ?? false);
    catchUp({ blocks, state });
    return { blocks, state };
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
