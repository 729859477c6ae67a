import { createRequire } from 'node:module';

/** What we use of fabric-shim: the real contract dispatch and the real stub, driven by our own handler. The version is pinned exactly. */
export interface ShimHandler {
  handleGetState(collection: string, key: string): Promise<Uint8Array>;
  handlePutState(collection: string, key: string, value: Uint8Array | string): Promise<void>;
  handleDeleteState(collection: string, key: string): Promise<void>;
  handleGetStateByRange(
    collection: string,
    from: string,
    to: string,
    channel: string,
    tx: string,
    metadata?: Uint8Array,
  ): Promise<unknown>;
  handleGetHistoryForKey(key: string): Promise<unknown>;
  handleQueryStateNext(): Promise<unknown>;
  handleQueryStateClose(): Promise<void>;
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
  /** A `QueryResponse` in the shape that the shim's iterators decode. */
  rangeResponse(items: readonly { readonly key: string; readonly value: Uint8Array }[]): unknown;
  historyResponse(
    items: readonly { readonly transactionId: string; readonly value: Uint8Array | undefined; readonly at: number }[],
  ): unknown;
}

type Constructor<Made> = new (...args: unknown[]) => Made;
type Setter =
  | 'ArgsList'
  | 'Key'
  | 'Value'
  | 'TxId'
  | 'IsDelete'
  | 'Timestamp'
  | 'Seconds'
  | 'Resultbytes'
  | 'ResultsList'
  | 'HasMore'
  | 'Id';
type Message = { readonly [Name in Setter as `set${Name}`]: (value: unknown) => void } & {
  serializeBinary(): Uint8Array;
};
interface ContractDispatch {
  Invoke(stub: Stub): Promise<{ status: number; message?: string; payload?: Uint8Array }>;
}
interface ShimProtos {
  readonly peer: {
    readonly ChaincodeInput: Constructor<Message>;
    readonly SignedProposal: { deserializeBinary(bytes: Uint8Array): unknown };
    readonly QueryResponse: Constructor<Message>;
    readonly QueryResultBytes: Constructor<Message>;
  };
  readonly ledger: {
    readonly queryresult: { readonly KV: Constructor<Message>; readonly KeyModification: Constructor<Message> };
  };
}

/** Loads the shim and the contracts of one module (a CommonJS file that exports `contracts`). */
export function loadShim(contractsModule: string): Shim {
  const require = createRequire(import.meta.url);
  const shimRequire = createRequire(require.resolve('fabric-shim'));
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
    rangeResponse: (items) =>
      queryResponse(
        protos,
        items.map(({ key, value }) => {
          const kv = new protos.ledger.queryresult.KV();
          kv.setKey(key);
          kv.setValue(value);
          return kv.serializeBinary();
        }),
      ),
    historyResponse: (items) =>
      queryResponse(
        protos,
        items.map((item) => modification(protos, shimRequire, item)),
      ),
  };
}

function eventOf({ chaincodeEvent }: Stub) {
  return chaincodeEvent === undefined
    ? undefined
    : { name: chaincodeEvent.getEventName(), payload: chaincodeEvent.getPayload_asU8() };
}

function modification(
  protos: ShimProtos,
  shimRequire: NodeJS.Require,
  item: { readonly transactionId: string; readonly value: Uint8Array | undefined; readonly at: number },
): Uint8Array {
  const { Timestamp } = shimRequire('google-protobuf/google/protobuf/timestamp_pb.js') as {
    Timestamp: Constructor<Message>;
  };
  const timestamp = new Timestamp();
  timestamp.setSeconds(Math.floor(item.at / 1000));
  const entry = new protos.ledger.queryresult.KeyModification();
  entry.setTxId(item.transactionId);
  entry.setValue(item.value ?? new Uint8Array());
  entry.setIsDelete(item.value === undefined);
  entry.setTimestamp(timestamp);
  return entry.serializeBinary();
}

function queryResponse(protos: ShimProtos, results: readonly Uint8Array[]): unknown {
  const response = new protos.peer.QueryResponse();
  response.setResultsList(
    results.map((bytes) => {
      const result = new protos.peer.QueryResultBytes();
      result.setResultbytes(bytes);
      return result;
    }),
  );
  response.setHasMore(false);
  response.setId('all');
  return response;
}
