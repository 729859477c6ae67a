import { createRequire, Module } from 'node:module';

/** What we use of fabric-shim: the real contract dispatch and the real stub, driven by our own handler. The version is pinned exactly. */
export interface ShimHandler {
  handleGetState(collection: string, key: string): Promise<Buffer>;
  handlePutState(collection: string, key: string, value: Uint8Array | string): Promise<void>;
  handleDeleteState(collection: string, key: string): Promise<void>;
  handlePurgeState(collection: string, key: string): Promise<void>;
  handlePutStateMetadata(collection: string, key: string, name: string, value: Uint8Array): Promise<void>;
  handleGetStateMetadata(collection: string, key: string): Promise<Record<string, Uint8Array>>;
  handleGetPrivateDataHash(collection: string, key: string): Promise<Buffer>;
  handleGetStateByRange(
    collection: string,
    from: string,
    to: string,
    channel: string,
    tx: string,
    metadata?: Uint8Array,
  ): Promise<{
    readonly iterator: ShimIterator<KeyValue>;
    readonly metadata?: { readonly bookmark: string; readonly fetchedRecordsCount: number };
  }>;
  handleGetHistoryForKey(key: string): Promise<ShimIterator<KeyModification>>;
  handleGetQueryResult(): Promise<never>;
  handleInvokeChaincode(): Promise<never>;
}

/** What the stub hands to a contract that queries; it asks for nothing more than these two methods. */
export interface ShimIterator<Item> {
  next(): Promise<{ readonly value: Item; readonly done: false } | { readonly done: true }>;
  close(): Promise<void>;
}

export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
}

export interface KeyModification {
  readonly txId: string;
  readonly value: Buffer;
  readonly isDelete: boolean;
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
}

interface Stub {
  readonly chaincodeEvent?: ShimEvent;
}

interface ShimEvent {
  getEventName(): string;
  getPayload_asU8(): Uint8Array;
}

export interface InvokeResponse {
  readonly status: number;
  readonly message: string;
  readonly payload: Uint8Array;
}

interface Shim {
  invoke(call: {
    readonly handler: ShimHandler;
    readonly channel: string;
    readonly transactionId: string;
    readonly args: readonly string[];
    readonly signedProposal: Uint8Array;
  }): Promise<{
    readonly response: InvokeResponse;
    readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  }>;
}

type Constructor<Made> = new (...args: unknown[]) => Made;
interface Arguments {
  setArgsList(args: readonly Uint8Array[]): void;
}
interface ContractDispatch {
  Invoke(stub: Stub): Promise<{ status: number; message?: string; payload?: Uint8Array }>;
}
interface ShimProtos {
  readonly peer: {
    readonly ChaincodeInput: Constructor<Arguments>;
    readonly SignedProposal: { deserializeBinary(bytes: Uint8Array): unknown };
  };
}

/** Of Fabric's messages those that a contract meets. */
const messageGroups = ['msp', 'peer', 'common', 'ledger'];
/** What holds a peer's connection and starts from a command line. Here the contract is driven by our own handler, and what these bring along is a third of the thread's heap. */
const leftOut = [
  './lib/handler.js',
  './lib/server.js',
  './lib/cmds/startCommand.js',
  'yargs',
  ...['peer', 'snapshot', 'events', 'chaincode_shim'].map(
    (service) => `@hyperledger/fabric-protos/lib/peer/${service}_grpc_pb`,
  ),
];

/** Puts stand-ins where the shim would load what it does not need here. */
function loadLess(shimRequire: NodeJS.Require): void {
  const messages = Object.defineProperties(
    {},
    Object.fromEntries(
      messageGroups.map((group) => [
        group,
        { enumerable: true, get: () => shimRequire(`@hyperledger/fabric-protos/lib/${group}`) as unknown },
      ]),
    ),
  );
  standIn(shimRequire, '@hyperledger/fabric-protos', messages);
  for (const name of leftOut) standIn(shimRequire, name, {});
}

function standIn(shimRequire: NodeJS.Require, name: string, exports: object): void {
  const file = shimRequire.resolve(name);
  shimRequire.cache[file] ??= Object.assign(new Module(file), { filename: file, loaded: true, exports });
}

/** Loads the shim and the contracts of one module (a CommonJS file that exports `contracts`). */
export function loadShim(contractsModule: string): Shim {
  const require = createRequire(import.meta.url);
  const shimRequire = createRequire(require.resolve('fabric-shim'));
  loadLess(shimRequire);
  const ChaincodeFromContract = shimRequire(
    './lib/contract-spi/chaincodefromcontract.js',
  ) as Constructor<ContractDispatch>;
  const ChaincodeStub = shimRequire('./lib/stub.js') as Constructor<Stub>;
  const protos = shimRequire('@hyperledger/fabric-protos') as ShimProtos;
  const { contracts } = require(contractsModule) as { readonly contracts: readonly unknown[] };
  const serializers = {
    transaction: 'jsonSerializer',
    serializers: {
      jsonSerializer: (shimRequire('fabric-contract-api') as { readonly JSONSerializer: unknown }).JSONSerializer,
    },
  };
  const dispatch = new ChaincodeFromContract([...contracts], serializers, {}, 'carbon', '1');
  return {
    async invoke(call) {
      const input = new protos.peer.ChaincodeInput();
      input.setArgsList(call.args.map((arg) => Buffer.from(arg)));
      const signed = protos.peer.SignedProposal.deserializeBinary(call.signedProposal);
      const stub = new ChaincodeStub(call.handler, call.channel, call.transactionId, input, signed);
      const response = await dispatch.Invoke(stub);
      return { response: { message: '', payload: new Uint8Array(), ...response }, event: eventOf(stub) };
    },
  };
}

function eventOf({ chaincodeEvent }: Stub) {
  return chaincodeEvent === undefined
    ? undefined
    : { name: chaincodeEvent.getEventName(), payload: chaincodeEvent.getPayload_asU8() };
}
