import { Contract } from 'fabric-contract-api';
import type { Context } from 'fabric-contract-api';
import { canonical, dayMember, patterns, readObject, textMember } from './encoding';
import type { Json } from './encoding';
import { kinds, modes, recompute, recomputeSettlements } from './leaves';
import { ensureInForce, methodologyTable } from './methodologies';
import { ContractRefusal, ensure, events, roleAttribute, transientLeaves, transientSettlements } from './names';
import { rootOfEntries } from './tree';

/** Who may do what: organisation and role of the certificate; what is not listed is refused. */
const matrix: Readonly<Record<string, readonly string[]>> = {
  RegisterMethodology: ['PlatformMSP/registrar', 'CityMSP/registrar'],
  SealBatch: ['PlatformMSP/recorder'],
  CloseDay: ['CityMSP/auditor'],
  SealSettlements: ['PlatformMSP/settler'],
};

const utc8OffsetSeconds = 8 * 3_600;
const daySeconds = 86_400;
const headerMembers = [
  'v',
  'programme',
  'day',
  'batch',
  'leafVersion',
  'hash',
  'retrospective',
  'methodologies',
  'count',
  'root',
  'firstNullifier',
  'lastNullifier',
  'totals',
];

/** 碳账本合约: decodes, authorises, applies a rule, writes, emits. It believes nothing that it can recompute. */
export class CarbonContract extends Contract {
  public constructor() {
    super('carbon');
  }

  /** Registers a methodology's digest, once and for good. */
  public async RegisterMethodology(ctx: Context, text: string): Promise<string> {
    authorise(ctx, 'RegisterMethodology');
    const given = readObject(text, ['v', 'id', 'version', 'digest', 'validFrom'], ['validTo']);
    const id = textMember(given, 'id', patterns.methodology);
    const version = textMember(given, 'version', patterns.version);
    textMember(given, 'digest', patterns.digest);
    dayMember(given, 'validFrom');
    if (given['validTo'] !== undefined) dayMember(given, 'validTo');
    const key = ctx.stub.createCompositeKey('METHODOLOGY', [id, version]);
    return writeOnce(ctx, { key, value: canonical(given), code: 'METHODOLOGY_EXISTS' });
  }

  /** 封存: the header has to be, byte for byte, what the leaves give. The same batch again is success and writes nothing. */
  public async SealBatch(ctx: Context, text: string): Promise<string> {
    authorise(ctx, 'SealBatch');
    const header = readObject(text, headerMembers);
    const scope = scopeOf(header);
    const batch = textMember(header, 'batch', patterns.batch);
    const methodologies = await methodologyTable(ctx, header);
    const leaves = transientOf(ctx, transientLeaves);
    const found = recompute(leaves, { day: scope.day, methodologies: methodologies.length });
    if (header['retrospective'] !== true) ensureInForce(methodologies, found.totals, scope.day);
    const rebuilt = canonical({
      v: 1,
      ...scope,
      batch,
      leafVersion: 1,
      hash: 'sha256',
      retrospective: header['retrospective'] === true,
      methodologies: methodologies.map(({ line }) => line),
      ...found,
    });
    ensure(rebuilt === text, 'HEADER_MISMATCH', 'the header is not what the leaves give');
    await ensureOpen(ctx, scope);
    const key = ctx.stub.createCompositeKey('BATCH', [scope.programme, scope.day, batch]);
    const result = await writeOnce(ctx, { key, value: text, code: 'BATCH_EXISTS' });
    ctx.stub.setEvent(
      events.batchSealed,
      Buffer.from(canonical({ ...scope, batch, root: found.root, count: found.count })),
    );
    return result;
  }

  /** 日结: the agency closes a day that is over; its batches are chained and summed, and it takes nothing any more. */
  public async CloseDay(ctx: Context, programme: string, day: string): Promise<string> {
    authorise(ctx, 'CloseDay');
    const scope = scopeOf({ programme, day });
    ensure(isOver(ctx, day), 'DAY_NOT_OVER', day);
    const key = ctx.stub.createCompositeKey('DAY', [programme, day]);
    ensure((await ctx.stub.getState(key)).length === 0, 'DAY_CLOSED', day);
    const headers = await batchesOf(ctx, scope);
    const value = canonical({
      v: 1,
      ...scope,
      batches: headers.length,
      records: headers.reduce((sum, header) => sum + (JSON.parse(header) as { count: number }).count, 0),
      root: rootOfEntries(headers.map((header) => Buffer.from(header))),
      totals: dayTotals(headers),
    });
    await ctx.stub.putState(key, Buffer.from(value));
    ctx.stub.setEvent(events.dayClosed, Buffer.from(canonical(scope as unknown as Json)));
    return value;
  }

  /** 结算封存: what was paid for how many burned milligrams, as a root over commitments. */
  public async SealSettlements(ctx: Context, text: string): Promise<string> {
    authorise(ctx, 'SealSettlements');
    const header = readObject(text, [
      'v',
      'programme',
      'day',
      'settlement',
      'count',
      'root',
      'amountFen',
      'burnedMilligrams',
    ]);
    const scope = scopeOf(header);
    const settlement = textMember(header, 'settlement', patterns.settlement);
    const found = recomputeSettlements(transientOf(ctx, transientSettlements), scope.day);
    const rebuilt = canonical({ v: 1, ...scope, settlement, ...found });
    ensure(rebuilt === text, 'HEADER_MISMATCH', 'the header is not what the leaves give');
    const key = ctx.stub.createCompositeKey('SETTLEMENT', [scope.programme, scope.day, settlement]);
    const result = await writeOnce(ctx, { key, value: text, code: 'SETTLEMENT_EXISTS' });
    ctx.stub.setEvent(events.settlementsSealed, Buffer.from(canonical({ ...scope, settlement, root: found.root })));
    return result;
  }

  /** Takes `{programme, day, batch}`. */
  public async ReadBatch(ctx: Context, text: string): Promise<string> {
    const named = readObject(text, ['programme', 'day', 'batch']);
    const { programme, day } = scopeOf(named);
    const batch = textMember(named, 'batch', patterns.batch);
    return readState(
      ctx,
      ctx.stub.createCompositeKey('BATCH', [programme, day, batch]),
      () => new ContractRefusal('BATCH_UNKNOWN', batch),
    );
  }

  public async ReadDay(ctx: Context, programme: string, day: string): Promise<string> {
    return readState(
      ctx,
      ctx.stub.createCompositeKey('DAY', [programme, day]),
      () => new ContractRefusal('DAY_UNKNOWN', day),
    );
  }

  public async ReadMethodology(ctx: Context, id: string, version: string): Promise<string> {
    const unknown = () => new ContractRefusal('METHODOLOGY_UNKNOWN', `${id}@${version}`);
    return readState(ctx, ctx.stub.createCompositeKey('METHODOLOGY', [id, version]), unknown);
  }

  /** Takes `{programme, day, settlement}`. */
  public async ReadSettlement(ctx: Context, text: string): Promise<string> {
    const named = readObject(text, ['programme', 'day', 'settlement']);
    const { programme, day } = scopeOf(named);
    const settlement = textMember(named, 'settlement', patterns.settlement);
    const unknown = () => new ContractRefusal('SETTLEMENT_UNKNOWN', settlement);
    return readState(ctx, ctx.stub.createCompositeKey('SETTLEMENT', [programme, day, settlement]), unknown);
  }

  /** Headers of a day's batches in key order, as a JSON array. */
  public async ListBatches(ctx: Context, programme: string, day: string): Promise<string> {
    return `[${(await batchesOf(ctx, scopeOf({ programme, day }))).join(',')}]`;
  }
}

interface Scope {
  readonly programme: string;
  readonly day: string;
}

function authorise(ctx: Context, name: string): void {
  const who = `${ctx.clientIdentity.getMSPID()}/${ctx.clientIdentity.getAttributeValue(roleAttribute) ?? 'none'}`;
  ensure(matrix[name]?.includes(who) ?? false, 'FORBIDDEN', `${who} may not ${name}`);
}

function scopeOf(given: Readonly<Record<string, Json>>): Scope {
  return { programme: textMember(given, 'programme', patterns.programme), day: dayMember(given, 'day') };
}

function transientOf(ctx: Context, name: string): Buffer {
  const bytes = ctx.stub.getTransient().get(name);
  ensure(bytes !== undefined, 'LEAVES_INVALID', `transient ${name} is missing`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function ensureOpen(ctx: Context, { programme, day }: Scope): Promise<void> {
  const closed = await ctx.stub.getState(ctx.stub.createCompositeKey('DAY', [programme, day]));
  ensure(closed.length === 0, 'DAY_CLOSED', day);
}

async function writeOnce(
  ctx: Context,
  entry: {
    readonly key: string;
    readonly value: string;
    readonly code: 'METHODOLOGY_EXISTS' | 'BATCH_EXISTS' | 'SETTLEMENT_EXISTS';
  },
): Promise<string> {
  const before = await ctx.stub.getState(entry.key);
  if (before.length > 0) {
    ensure(Buffer.from(before).toString() === entry.value, entry.code, 'the key holds something else');
    return entry.value;
  }
  await ctx.stub.putState(entry.key, Buffer.from(entry.value));
  return entry.value;
}

async function readState(ctx: Context, key: string, unknown: () => ContractRefusal): Promise<string> {
  const bytes = await ctx.stub.getState(key);
  if (bytes.length === 0) throw unknown();
  return Buffer.from(bytes).toString();
}

async function batchesOf(ctx: Context, { programme, day }: Scope): Promise<string[]> {
  const headers: string[] = [];
  for await (const { value } of ctx.stub.getStateByPartialCompositeKey('BATCH', [programme, day])) {
    headers.push(Buffer.from(value).toString());
  }
  return headers;
}

/** The transaction's own time decides, so that every endorser decides alike. */
function isOver(ctx: Context, day: string): boolean {
  const seconds = Number(ctx.stub.getTxTimestamp().seconds) + utc8OffsetSeconds;
  return Math.floor(seconds / daySeconds) > Date.parse(`${day}T00:00:00Z`) / 1000 / daySeconds;
}

function dayTotals(headers: readonly string[]): Json[] {
  const lines = new Map<number, { count: number; milligrams: bigint }>();
  for (const header of headers) {
    const { totals } = JSON.parse(header) as {
      totals: { kind: string; mode: string; count: number; milligrams: string }[];
    };
    for (const total of totals) {
      const rank = kinds.indexOf(total.kind as never) * modes.length + modes.indexOf(total.mode as never);
      const line = lines.get(rank) ?? { count: 0, milligrams: 0n };
      line.count += total.count;
      line.milligrams += BigInt(total.milligrams);
      lines.set(rank, line);
    }
  }
  return [...lines]
    .sort(([first], [second]) => first - second)
    .map(([rank, { count, milligrams }]) => ({
      kind: kinds[Math.floor(rank / modes.length)] as string,
      mode: modes[rank % modes.length] as string,
      count,
      milligrams: String(milligrams),
    }));
}
