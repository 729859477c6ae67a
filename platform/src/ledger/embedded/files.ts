import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBlockStore } from './block-store.ts';
import { catchUp, isStateOf } from './committing.ts';
import type { Ledger } from './committing.ts';
import { openState } from './state.ts';

const blocksFile = 'chain.db';
const stateFile = 'state.db';

/** Opens the files of a folder and brings the state to the height of the blocks; a state that is missing, broken or of other blocks is made again. */
export function openLedgerFiles(folder: string): Ledger {
  const blocks = openBlockStore(join(folder, blocksFile));
  let state = openState(join(folder, stateFile));
  if (state === undefined || !isStateOf({ blocks, state })) {
    state?.close();
    removeState(folder);
    state = openState(join(folder, stateFile));
  }
  if (state === undefined) throw new Error(`the ledger’s state cannot be made in ${folder}`);
  catchUp({ blocks, state });
  return { blocks, state };
}

function removeState(folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `${stateFile}${suffix}`), { force: true });
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
  removeState(folder);
  const { blocks, state } = openLedgerFiles(folder);
  const rebuilt = { blocks: state.height(), stateDigest: state.digest() };
  state.close();
  blocks.close();
  return rebuilt;
}
