import { hash } from 'node:crypto';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import { headerHashOf, readBlock } from '../blocks.ts';
import { validationCodes } from '../port.ts';
import type { BlockStore, Purge } from './block-store.ts';
import type { EmbeddedIdentities } from './identities.ts';
import type { Membership } from './membership.ts';
import { createMembership } from './membership.ts';
import type { Effects, State } from './state.ts';
import { noteChanges, openEnvelope, validate } from './validation.ts';
import type { BlockView, OpenedEnvelope } from './validation.ts';

/** Both files of a ledger: the blocks, and the state that follows from them by the signatures of its network. */
export interface Ledger {
  readonly blocks: BlockStore;
  readonly state: State;
  readonly network: Network;
}

/** Who may sign, and who has to. */
export interface Network {
  readonly membership: Membership;
  readonly organisations: readonly string[];
}

export function networkOf({
  organisations,
  endorsers,
}: Pick<EmbeddedIdentities, 'organisations' | 'endorsers'>): Network {
  return { membership: createMembership(organisations), organisations: endorsers.map(({ mspId }) => mspId) };
}

const filterIndex = common.BlockMetadataIndex.TRANSACTIONS_FILTER;

/** Validates envelopes in their order and adds them as one block: first the block, with sync, then the state that it leaves. */
export function commitBlock(ledger: Ledger, envelopes: readonly Uint8Array[]): void {
  const { blocks, state } = ledger;
  const number = blocks.height();
  const opened = envelopes.map(openEnvelope);
  state.inBlock(number, (apply) => {
    const codes = judge(ledger, { number, opened }, (transaction, code, at) => {
      apply(at, effectsOf(transaction, code), blocks.pendingPrivate(transaction.id));
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

/** Validates a block's transactions in their order, each seeing what those before it left; gives their codes. */
function judge(
  { state, network }: Ledger,
  { number, opened }: { readonly number: number; readonly opened: readonly OpenedEnvelope[] },
  leave: (transaction: OpenedEnvelope, code: number, at: number) => void,
): readonly number[] {
  const view = viewOf({ number, state }, network);
  return opened.map((transaction, at) => {
    const code = validate(view, transaction);
    if (code === validationCodes.valid) noteChanges(view, transaction);
    leave(transaction, code, at);
    return code;
  });
}

function viewOf(at: { readonly number: number; readonly state: State }, network: Network): BlockView {
  const [touched, repoliced, endorsed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return { ...at, ...network, touched, repoliced, endorsed, policiesBefore: new Map() };
}

/**
 * Applies the blocks that the state does not have yet, after a crash or over an empty state. Throws where a block does not follow from the one before it, does not hold the data that its header
 * names, or does not bear the codes that its transactions have: those stand outside its hash, so they are found again from signatures and reads, and not believed.
 */
export function catchUp(ledger: Ledger): void {
  const { blocks, state } = ledger;
  const height = blocks.height();
  for (let number = state.height(); number < height; number += 1) {
    const bytes = blocks.block(number) ?? new Uint8Array();
    const read = readBlock(bytes);
    if (read.previousHash !== Buffer.from(state.head()).toString('hex') || read.number !== number)
      throw new Error(`block ${number} does not follow from the one before it`);
    const opened = dataOf(number, bytes).map(openEnvelope);
    state.inBlock(number, (apply) => {
      const codes = judge(ledger, { number, opened }, (transaction, code, at) => {
        apply(at, effectsOf(transaction, code), blocks.privateValues(number, at));
      });
      if (read.transactions.some(({ code }, at) => code !== codes[at]))
        throw new Error(`block ${number} does not bear the codes that its transactions have`);
      return { headerHash: Buffer.from(read.headerHash, 'hex') };
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
export function isStateOf({ blocks, state }: Pick<Ledger, 'blocks' | 'state'>): boolean {
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
