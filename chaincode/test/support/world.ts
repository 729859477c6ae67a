import { createRequire } from 'node:module';
import type { Context } from 'fabric-contract-api';
import type * as contractModule from '../../dist/index.js';
import type * as encodingModule from '../../dist/encoding.js';
import type * as leavesModule from '../../dist/leaves.js';
import type * as namesModule from '../../dist/names.js';
import type * as treeModule from '../../dist/tree.js';

/** The contract as it is built and installed. */
const require = createRequire(import.meta.url);
const { contracts } = require('../../dist/index.js') as typeof contractModule;
export const encoding = require('../../dist/encoding.js') as typeof encodingModule;
export const leafRules = require('../../dist/leaves.js') as typeof leavesModule;
export const names = require('../../dist/names.js') as typeof namesModule;
export const tree = require('../../dist/tree.js') as typeof treeModule;

export interface Call {
  readonly function: string;
  readonly args: readonly string[];
  readonly mspId?: string;
  readonly role?: string;
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** The proposal's time. */
  readonly at?: string;
}

export interface Event {
  readonly name: string;
  readonly payload: unknown;
}

/** State of one chaincode with nothing around it: what a call writes is there for the next. */
export interface World {
  call(call: Call): Promise<string>;
  readonly state: ReadonlyMap<string, string>;
  /** Keys in the order in which they were written, again where they were written again. */
  readonly writes: readonly string[];
  readonly events: readonly Event[];
}

const roles: Readonly<Record<string, readonly [mspId: string, role: string]>> = {
  RegisterMethodology: ['PlatformMSP', 'registrar'],
  SealBatch: ['PlatformMSP', 'recorder'],
  SealSettlements: ['PlatformMSP', 'settler'],
  CloseDay: ['CityMSP', 'auditor'],
};

/** A world in which each function is called by who may call it, long after every day, unless the call says otherwise. */
export function createWorld(): World {
  const [Carbon] = contracts;
  if (Carbon === undefined) throw new Error('the contract is not built');
  const contract = new Carbon() as unknown as Record<string, (ctx: Context, ...args: string[]) => Promise<string>>;
  const [state, writes, events] = [new Map<string, string>(), [] as string[], [] as Event[]];
  return {
    state,
    writes,
    events,
    async call(call) {
      const [mspId, role] = roles[call.function] ?? ['PlatformMSP', 'recorder'];
      const ctx = contextOf({ mspId, role, at: '2027-01-01T00:00:00Z', ...call }, { state, writes, events });
      const run = contract[call.function];
      if (run === undefined) throw new Error(`no function ${call.function}`);
      return run.call(contract, ctx, ...call.args);
    },
  };
}

interface Stores {
  readonly state: Map<string, string>;
  readonly writes: string[];
  readonly events: Event[];
}

function contextOf(call: Call, stores: Stores): Context {
  return {
    clientIdentity: {
      getMSPID: () => call.mspId,
      getAttributeValue: (name: string) => (name === 'tanhui.role' && call.role !== '' ? (call.role ?? null) : null),
    },
    stub: {
      createCompositeKey: (type: string, attributes: readonly string[]) => `\0${[type, ...attributes].join('\0')}\0`,
      getState: (key: string) => Promise.resolve(Buffer.from(stores.state.get(key) ?? '')),
      putState: (key: string, value: Uint8Array) => {
        stores.state.set(key, Buffer.from(value).toString());
        stores.writes.push(key);
        return Promise.resolve();
      },
      setEvent: (name: string, payload: Uint8Array) => {
        stores.events.push({ name, payload: JSON.parse(Buffer.from(payload).toString()) });
      },
      getTransient: () => new Map(Object.entries(call.transient ?? {})),
      getTxTimestamp: () => ({ seconds: Date.parse(call.at ?? '') / 1_000, nanos: 0 }),
      getStateByPartialCompositeKey: (type: string, attributes: readonly string[]) =>
        under(stores.state, `\0${[type, ...attributes].join('\0')}\0`),
    },
  } as unknown as Context;
}

/** In the order of their bytes, as the state database gives them. */
async function* under(
  state: ReadonlyMap<string, string>,
  prefix: string,
): AsyncGenerator<{ readonly key: string; readonly value: Uint8Array }> {
  const keys = [...state.keys()].filter((key) => key.startsWith(prefix));
  for (const key of keys.sort((first, second) => Buffer.compare(Buffer.from(first), Buffer.from(second))))
    yield await Promise.resolve({ key, value: Buffer.from(state.get(key) ?? '') });
}
