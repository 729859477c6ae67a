import { hash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { headerHashOf, readBlock } from '../blocks.ts';
import { validationCodes } from '../port.ts';
import type { BlockStore, Purge } from './block-store.ts';
import type { Membership } from './membership.ts';
import type { Effects, State } from './state.ts';
import { noteChanges, openEnvelope, validate } from './validation.ts';
import type { BlockView, OpenedEnvelope } from './validation.ts';

/** Both files of a ledger: the blocks, and the state that follows from them. */
export interface Ledger {
  readonly blocks: BlockStore;
  readonly state: State;
}

/** Who may sign, and who has to. */
export interface Network {
  readonly membership: Membership;
  readonly organisations: readonly string[];
}

const filterIndex = common.BlockMetadataIndex.TRANSACTIONS_FILTER;

/** Validates envelopes in their order and adds them as one block: first the block, with sync, then the state that it leaves. */
export function commitBlock({ blocks, state }: Ledger, network: Network, envelopes: readonly Uint8Array[]): void {
  const number = blocks.height();
  const opened = envelopes.map(openEnvelope);
  state.inBlock(number, (apply) => {
    const view = viewOf({ number, state }, network);
    const codes = opened.map((transaction, at) => {
      const code = validate(view, transaction);
      if (code === validationCodes.valid) noteChanges(view, transaction);
      apply(at, effectsOf(transaction, code), blocks.pendingPrivate(transaction.id));
      return code;
    });
    const previousHash = blocks.lastHeaderHash();
    const dataHash = hash('sha256', Buffer.concat(envelopes), 'buffer');
    const headerHash = headerHashOf({ number, previousHash, dataHash });
    blocks.append({
      number,
      bytes: blockBytes({ number, previousHash, dataHash, envelopes, codes }),
      headerHash,
      transactions: opened.map((transaction, at) => ({
        id: transaction.id,
        isValid: codes[at] === validationCodes.valid,
        purges: purgesOf(transaction),
      })),
    });
    return { headerHash };
  });
}

function viewOf(at: { readonly number: number; readonly state: State }, network: Network): BlockView {
  const [touched, repoliced, endorsed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return { ...at, ...network, touched, repoliced, endorsed, policiesBefore: new Map() };
}

/**
 * Applies the blocks that the state does not have yet, after a crash or over an empty state; the codes are the blocks' own.
 * Throws where a block does not follow from the one before it, or does not hold the data that its header names.
 */
export function catchUp({ blocks, state }: Ledger): void {
  const height = blocks.height();
  for (let number = state.height(); number < height; number += 1) {
    const bytes = blocks.block(number) ?? new Uint8Array();
    const { headerHash, previousHash, transactions } = readBlock(bytes);
    if (previousHash !== Buffer.from(state.head()).toString('hex'))
      throw new Error(`block ${number} does not follow from the one before it`);
    const envelopes = dataOf(number, bytes);
    state.inBlock(number, (apply) => {
      for (const [at, envelope] of envelopes.entries()) {
        const effects = effectsOf(openEnvelope(envelope), transactions[at]?.code ?? validationCodes.invalidOther);
        apply(at, effects, blocks.privateValues(number, at));
      }
      return { headerHash: Buffer.from(headerHash, 'hex') };
    });
  }
}

function dataOf(number: number, bytes: Uint8Array): Uint8Array[] {
  const block = common.Block.deserializeBinary(bytes);
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  const named = block.getHeader()?.getDataHash_asU8() ?? new Uint8Array();
  if (!hash('sha256', Buffer.concat(envelopes), 'buffer').equals(named))
    throw new Error(`block ${number} does not hold the data that its header names`);
  return envelopes;
}

/** Whether the state was made from these blocks and from no more than these. */
export function isStateOf({ blocks, state }: Ledger): boolean {
  const applied = state.height();
  if (applied === 0) return true;
  const bytes = blocks.block(applied - 1);
  return bytes !== undefined && readBlock(bytes).headerHash === Buffer.from(state.head()).toString('hex');
}

function effectsOf({ id, at, set, event }: OpenedEnvelope, code: number): Effects {
  return { id, at, set, event, code };
}

function purgesOf({ set }: OpenedEnvelope): Purge[] {
  return [...set.collections].flatMap(([collection, { writes }]) =>
    [...writes].filter(([, { isPurge }]) => isPurge).map(([keyHash]) => ({ collection, keyHash })),
  );
}

function blockBytes(parts: {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly envelopes: readonly Uint8Array[];
  readonly codes: readonly number[];
}): Uint8Array {
  const header = new common.BlockHeader();
  header.setNumber(parts.number);
  header.setPreviousHash(parts.previousHash);
  header.setDataHash(parts.dataHash);
  const data = new common.BlockData();
  data.setDataList([...parts.envelopes]);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList(
    Array.from({ length: filterIndex + 1 }, (_, at) =>
      at === filterIndex ? Uint8Array.from(parts.codes) : new Uint8Array(),
    ),
  );
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return block.serializeBinary();
}
