import type { Contract, Proposal } from '@hyperledger/fabric-gateway';
import { common } from '@hyperledger/fabric-protos';
import type { EndorsedTransaction } from '@tanhui/sdk/model';
import type { Clock } from '../../kernel/index.ts';
import { rest } from '../../runtime/index.ts';
import { endorsedTransaction } from '../blocks.ts';
import { LedgerFailure } from '../port.ts';
import type { Commit, ContractCall, Endorsed, LedgerBlock, LedgerClient } from '../port.ts';
import type { FabricConnection } from './connection.ts';
import { preparedTransaction, signedEnvelope, statusQuestion, validEnvelope } from './envelopes.ts';
import { isPassing, statusFailure, submitFailure } from './failures.ts';
import { tryAgain } from './retry.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';
import { followBlocks, followEvents } from './streams.ts';

export interface FabricLedgerOptions {
  readonly connection: FabricConnection;
  readonly clock: Clock;
  /** How often an endorsement is tried when organisations differ for a moment or cannot be reached; 3 where absent. */
  readonly endorseAttempts?: number;
}

const defaultAttempts = 3;

/** The ledger 账本 on Hyperledger Fabric, through the gateway of one peer. Opens no connection before the first call. */
export function createFabricLedger(options: FabricLedgerOptions): Promise<LedgerClient> {
  const session = openSession(options.connection, options.clock);
  const attempts = options.endorseAttempts ?? defaultAttempts;
  const { channel, chaincode, organisations, isSameOperator } = options.connection;
  const block = (number: number): Promise<LedgerBlock | undefined> => readBlock(session, number);
  const client: LedgerClient = {
    describe: () => Promise.resolve({ engine: 'fabric', channel, chaincode, organisations, isSameOperator }),
    evaluate: (call) => tryAgain(attempts, () => proposalOf(session, call).evaluate()),
    endorse: (call) => tryAgain(attempts, () => endorse(session, call)),
    submit: (envelope) => submit(session, envelope),
    status: (transactionId, { timeoutMs }) => status(session, transactionId, timeoutMs),
    transaction: (transactionId) => transaction(session, transactionId),
    async height() {
      const bytes = await query(session, 'GetChainInfo', []);
      return bytes === undefined ? 0 : common.BlockchainInfo.deserializeBinary(bytes).getHeight();
    },
    block,
    events: (from, signal) => followEvents(session, { from, signal, blockOf: block }),
    blocks: (from, signal) => followBlocks(session, from, signal),
    close() {
      session.close();
      return Promise.resolve();
    },
  };
  return Promise.resolve(client);
}

function proposalOf(session: Session, call: ContractCall): Proposal {
  const { network } = session.seat(call.as);
  const { chaincode } = session.connection;
  const contract: Contract =
    call.contract === undefined ? network.getContract(chaincode) : network.getContract(chaincode, call.contract);
  return contract.newProposal(call.function, {
    arguments: [...call.args],
    ...(call.transient !== undefined && { transientData: { ...call.transient } }),
    ...(call.endorsers !== undefined && { endorsingOrganizations: [...call.endorsers] }),
  });
}

/** Names the organisations that have to endorse: a private collection would otherwise narrow them. */
async function endorse(session: Session, call: ContractCall): Promise<Endorsed> {
  const endorsers = call.endorsers ?? session.connection.organisations.map(({ mspId }) => mspId);
  const transaction = await proposalOf(session, { ...call, endorsers }).endorse();
  return {
    transactionId: transaction.getTransactionId(),
    envelope: signedEnvelope(transaction.getBytes(), session.seat(call.as).key),
    result: transaction.getResult(),
  };
}

async function submit(session: Session, envelope: Uint8Array): Promise<void> {
  const { transactionId, bytes } = preparedTransaction(envelope);
  try {
    await session.seat('recorder').gateway.newTransaction(bytes).submit();
  } catch (error) {
    throw submitFailure(error, transactionId);
  }
}

const askAgainMs = 200;

/** Asks until the time is over, also across a restart of the peer. */
async function status(session: Session, transactionId: string, timeoutMs: number): Promise<Commit> {
  const { channel, identities } = session.connection;
  const until = session.clock.now() + timeoutMs;
  for (;;) {
    const question = statusQuestion({ channel, transactionId, ...identities.auditor });
    try {
      const left = Math.max(1, until - session.clock.now());
      const answer = await session.seat('auditor').gateway.newCommit(question).getStatus(session.deadline(left));
      return { transactionId, blockNumber: Number(answer.blockNumber), code: answer.code };
    } catch (error) {
      if (!isPassing(error) || session.clock.now() + askAgainMs >= until) throw statusFailure(error, transactionId);
    }
    await rest(askAgainMs);
  }
}

/** What Fabric's own query contract says when there is no such thing. */
const isMissing = /no such|not found|not exist/i;

async function query(session: Session, name: string, args: readonly string[]): Promise<Uint8Array | undefined> {
  const { channel } = session.connection;
  try {
    return await tryAgain(defaultAttempts, () =>
      session
        .seat('auditor')
        .network.getContract('qscc')
        .evaluateTransaction(name, channel, ...args),
    );
  } catch (error) {
    if (error instanceof LedgerFailure && error.kind === 'contract-refused' && isMissing.test(error.message))
      return undefined;
    throw error;
  }
}

async function readBlock(session: Session, number: number): Promise<LedgerBlock | undefined> {
  const bytes = await query(session, 'GetBlockByNumber', [String(number)]);
  return bytes === undefined ? undefined : { number, bytes };
}

async function transaction(session: Session, transactionId: string): Promise<EndorsedTransaction | undefined> {
  const bytes = await query(session, 'GetBlockByTxID', [transactionId]);
  if (bytes === undefined) return undefined;
  const block = common.Block.deserializeBinary(bytes);
  const envelope = validEnvelope(block, transactionId);
  if (envelope === undefined) return undefined;
  const { channel, chaincode } = session.connection;
  return endorsedTransaction(envelope, {
    engine: 'fabric',
    channel,
    chaincode,
    block: block.getHeader()?.getNumber() ?? 0,
  });
}
