import { createHash, randomUUID } from 'node:crypto';
import { Contract } from 'fabric-contract-api';
import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import type { Answer, Key, Step } from './steps';

type Doing<Name extends Step['do']> = (ctx: Context, step: Extract<Step, { do: Name }>) => Promise<Answer> | Answer;

/** 探针合约: does what it is told and says what it saw, so that a ledger's behaviour can be asserted from outside. It is never installed but by tests. */
export class ProbeContract extends Contract {
  public constructor() {
    super('probe');
  }

  /** Runs a JSON array of steps in order and gives their answers. */
  public async Run(ctx: Context, program: string): Promise<string> {
    const answers: Answer[] = [];
    for (const step of JSON.parse(program) as readonly Step[]) {
      const perform = doings[step.do] as Doing<Step['do']>;
      answers.push(await perform(ctx, step));
    }
    return JSON.stringify(answers);
  }

  /** Has two parameters, to be called with another number of them. */
  public async Join(_ctx: Context, first: string, second: string): Promise<string> {
    return Promise.resolve(`${first}+${second}`);
  }
}

const doings: { readonly [Name in Step['do']]: Doing<Name> } = {
  get: async (ctx, { key }) => textOf(await ctx.stub.getState(named(ctx, key))),
  put: async (ctx, { key, value }) => nothing(ctx.stub.putState(named(ctx, key), Buffer.from(value))),
  delete: async (ctx, { key }) => nothing(ctx.stub.deleteState(named(ctx, key))),
  history: (ctx, { key }) => history(ctx, named(ctx, key)),
  policy: async (ctx, { key }) => {
    const bytes = (await ctx.stub.getStateValidationParameter(named(ctx, key))) as Uint8Array | undefined;
    return bytes === undefined || bytes.length === 0 ? null : new KeyEndorsementPolicy(bytes).listOrgs().sort();
  },
  scan: async (ctx, { from, to, atMost }) => entries(ctx.stub.getStateByRange(from, to), atMost),
  partial: async (ctx, { type, attributes }) => {
    const found: Answer[] = [];
    for await (const { key, value } of ctx.stub.getStateByPartialCompositeKey(type, [...attributes])) {
      const parts = ctx.stub.splitCompositeKey(key);
      found.push({ attributes: parts.attributes, value: textOf(value) });
    }
    return found;
  },
  page: async (ctx, { from, to, size, bookmark }) => {
    const { iterator, metadata } = await ctx.stub.getStateByRangeWithPagination(from, to, size, bookmark);
    const items: Answer[] = [];
    for (let item = await iterator.next(); !isOver(item); item = await iterator.next())
      items.push({ key: item.value.key, value: textOf(item.value.value) });
    await iterator.close();
    return { items, bookmark: metadata.bookmark, fetched: metadata.fetchedRecordsCount };
  },
  event: (ctx, { name, payload }) => {
    ctx.stub.setEvent(name, Buffer.from(payload));
    return null;
  },
  require: async (ctx, { key, organisations }) => {
    const policy = new KeyEndorsementPolicy();
    policy.addOrgs('MEMBER', ...organisations);
    return nothing(ctx.stub.setStateValidationParameter(named(ctx, key), policy.getPolicy()));
  },
  'private-put': async (ctx, { collection, key, transient }) =>
    nothing(ctx.stub.putPrivateData(collection, key, Buffer.from(transientOf(ctx, transient)))),
  'private-get': async (ctx, { collection, key }) => textOf(await ctx.stub.getPrivateData(collection, key)),
  'private-hash': async (ctx, { collection, key }) => hexOf(await ctx.stub.getPrivateDataHash(collection, key)),
  'private-delete': async (ctx, { collection, key }) => nothing(ctx.stub.deletePrivateData(collection, key)),
  'private-purge': async (ctx, { collection, key }) => nothing(ctx.stub.purgePrivateData(collection, key)),
  'private-scan': async (ctx, { collection, from, to }) =>
    entries(ctx.stub.getPrivateDataByRange(collection, from, to)),
  // Not the bytes themselves: an answer stands in the block.
  transient: (ctx, { name }) => createHash('sha256').update(transientOf(ctx, name)).digest('hex'),
  attribute: (ctx, { name }) => ctx.clientIdentity.getAttributeValue(name),
  who: (ctx) => ctx.clientIdentity.getMSPID(),
  time: (ctx) => {
    const { seconds, nanos } = ctx.stub.getTxTimestamp();
    return { seconds: Number(seconds), nanos };
  },
  disagree: async (ctx) => nothing(ctx.stub.putState('disagreement', Buffer.from(randomUUID()))),
  fail: (_ctx, { message }) => {
    throw new Error(message);
  },
};

interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

function named(ctx: Context, key: Key): string {
  return typeof key === 'string' ? key : ctx.stub.createCompositeKey(key.type, [...key.attributes]);
}

function textOf(bytes: Uint8Array): string | null {
  return bytes.length === 0 ? null : Buffer.from(bytes).toString();
}

function hexOf(bytes: Uint8Array): string | null {
  return bytes.length === 0 ? null : Buffer.from(bytes).toString('hex');
}

async function nothing(done: Promise<void>): Promise<null> {
  await done;
  return null;
}

/** The shim says so in a member that its types always call false. */
function isOver(item: { readonly done?: unknown }): boolean {
  return item.done === true;
}

async function entries(found: AsyncIterable<Entry>, atMost = Number.POSITIVE_INFINITY): Promise<Answer> {
  const items: Answer[] = [];
  for await (const { key, value } of found) {
    items.push({ key, value: textOf(value) });
    if (items.length >= atMost) break;
  }
  return items;
}

async function history(ctx: Context, key: string): Promise<Answer> {
  const items: Answer[] = [];
  for await (const { txId, value, isDelete } of ctx.stub.getHistoryForKey(key))
    items.push({ transactionId: txId, value: textOf(value), isDelete });
  return items;
}

function transientOf(ctx: Context, name: string): Uint8Array {
  const bytes = ctx.stub.getTransient().get(name);
  if (bytes === undefined) throw new Error(`TRANSIENT_MISSING: ${name}`);
  return bytes;
}
