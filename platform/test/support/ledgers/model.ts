/** What the model keeps of a key; its version is the number of the transaction that wrote it last. */
export interface Entry {
  readonly value: string;
  readonly version: number;
  /** Organisations that all have to endorse a write of it; the chaincode's rule where absent. */
  readonly policy?: readonly string[];
}

type Version = number | undefined;

/** A range as far as it was read: `to` belongs to it only where the reading stopped there. */
export interface RangeSeen {
  readonly from: string;
  readonly to: string;
  readonly isExhausted: boolean;
  readonly seen: readonly (readonly [key: string, version: number])[];
}

/** What a call did, before anybody ordered it. */
export interface Effects {
  readonly reads: Map<string, Version>;
  readonly ranges: RangeSeen[];
  readonly writes: Map<string, string | undefined>;
  readonly policies: Map<string, readonly string[]>;
  readonly privateReads: Map<string, Version>;
  readonly privateWrites: Map<string, string | undefined>;
  event: { readonly name: string; readonly payload: string } | undefined;
}

export function noEffects(): Effects {
  return {
    reads: new Map(),
    ranges: [],
    writes: new Map(),
    policies: new Map(),
    privateReads: new Map(),
    privateWrites: new Map(),
    event: undefined,
  };
}

export interface Change {
  readonly transactionId: string;
  readonly value: string | null;
  readonly isDelete: boolean;
}

export interface ModelEvent {
  readonly transactionId: string;
  readonly name: string;
  readonly payload: string;
}

interface Envelope {
  readonly effects: Effects;
  readonly endorsers: readonly string[];
}

/** What stands before a block, and what its transactions have done so far. */
interface BlockSoFar {
  readonly before: ReadonlyMap<string, Entry>;
  readonly touched: Set<string>;
  /** Keys whose policy a transaction of the block was endorsed to change, whether it came to stand or not. */
  readonly repoliced: Set<string>;
  /** Transactions of the block that were endorsed as they have to be. */
  readonly endorsed: Set<string>;
}

const codes = { valid: 0, duplicate: 9, policy: 10, stale: 11, phantom: 12 } as const;

/**
 * The rules of a Fabric ledger in memory and without bytes: read and write sets, versions, endorsement policies of chaincode and key, and the order in which a
 * peer looks for what is wrong. It is written from Fabric's own sources and shares no code with any engine, so that an engine can be held against it.
 */
export function createModel(organisations: readonly string[]) {
  const state = new Map<string, Entry>();
  const hidden = new Map<string, Entry>();
  const histories = new Map<string, Change[]>();
  const envelopes = new Map<string, Envelope>();
  const ordered = new Set<string>();
  const events: ModelEvent[] = [];
  let version = 0;

  const between = (from: string, to: string): (readonly [string, Entry])[] =>
    [...state]
      .filter(([key]) => compare(key, from) >= 0 && (to === '' || compare(key, to) < 0))
      .sort(([one], [other]) => compare(one, other));

  const isRangeSame = ({ from, to, isExhausted, seen }: RangeSeen): boolean => {
    const now = between(from, isExhausted ? to : `${to}\0`);
    return now.length === seen.length && now.every(([key, entry], at) => same(seen[at], [key, entry.version]));
  };

  const isEndorsed = (block: BlockSoFar, { effects, endorsers }: Envelope): boolean => {
    const byAll = organisations.every((name) => endorsers.includes(name));
    const keys = [...effects.writes.keys(), ...effects.policies.keys()];
    if (!byAll && (keys.length === 0 || effects.privateWrites.size > 0)) return false;
    return keys.every((key) => {
      if (block.repoliced.has(key)) return false;
      return block.before.get(key)?.policy?.every((name) => endorsers.includes(name)) ?? byAll;
    });
  };

  const isFresh = (block: BlockSoFar, space: ReadonlyMap<string, Entry>, reads: ReadonlyMap<string, Version>) =>
    [...reads].every(
      ([key, read]) => !block.touched.has(placeOf(space === hidden, key)) && space.get(key)?.version === read,
    );

  const validate = (block: BlockSoFar, id: string): number => {
    const envelope = envelopes.get(id);
    if (envelope === undefined || ordered.has(id)) return codes.duplicate;
    if (!isEndorsed(block, envelope)) return codes.policy;
    for (const key of envelope.effects.policies.keys()) block.repoliced.add(key);
    if (block.endorsed.has(id)) return codes.duplicate;
    block.endorsed.add(id);
    if (!isFresh(block, state, envelope.effects.reads)) return codes.stale;
    if (!envelope.effects.ranges.every(isRangeSame)) return codes.phantom;
    return isFresh(block, hidden, envelope.effects.privateReads) ? codes.valid : codes.stale;
  };

  const write = (space: Map<string, Entry>, key: string, entry: Omit<Entry, 'version'> | undefined): void => {
    if (entry === undefined) space.delete(key);
    else space.set(key, { ...entry, version });
  };

  const noteChange = (key: string, change: Change): void => {
    histories.set(key, [change, ...(histories.get(key) ?? [])]);
  };

  const apply = (block: BlockSoFar, id: string, { effects }: Envelope): void => {
    version += 1;
    const policyOf = (key: string) => effects.policies.get(key) ?? state.get(key)?.policy;
    for (const [key, value] of effects.writes) {
      write(state, key, value === undefined ? undefined : entryOf(value, policyOf(key)));
      noteChange(key, { transactionId: id, value: value ?? null, isDelete: value === undefined });
    }
    for (const [key, policy] of effects.policies) {
      const entry = state.get(key);
      if (!effects.writes.has(key) && entry !== undefined) write(state, key, { value: entry.value, policy });
    }
    for (const [key, value] of effects.privateWrites) write(hidden, key, value === undefined ? undefined : { value });
    touch(block, effects);
    if (effects.event !== undefined) events.push({ transactionId: id, ...effects.event });
  };

  return {
    get: (key: string): Entry | undefined => state.get(key),
    getPrivate: (key: string): Entry | undefined => hidden.get(key),
    between,
    betweenPrivate: (from: string, to: string) =>
      [...hidden]
        .filter(([key]) => compare(key, from) >= 0 && (to === '' || compare(key, to) < 0))
        .sort(([one], [other]) => compare(one, other)),
    history: (key: string): readonly Change[] => histories.get(key) ?? [],
    events: (): readonly ModelEvent[] => events,
    keep(id: string, envelope: Envelope): void {
      envelopes.set(id, envelope);
    },
    /** Validates the transactions of one block in their order, as the engine cut it, and gives their codes. */
    block(ids: readonly string[]): readonly number[] {
      const block: BlockSoFar = {
        before: new Map(state),
        touched: new Set(),
        repoliced: new Set(),
        endorsed: new Set(),
      };
      const found = ids.map((id) => {
        const code = validate(block, id);
        const envelope = envelopes.get(id);
        if (code === codes.valid && envelope !== undefined) apply(block, id, envelope);
        return code;
      });
      for (const id of ids) ordered.add(id);
      return found;
    },
  };
}

export type Model = ReturnType<typeof createModel>;

function entryOf(value: string, policy: readonly string[] | undefined): Omit<Entry, 'version'> {
  return policy === undefined ? { value } : { value, policy };
}

function touch(block: BlockSoFar, { writes, policies, privateWrites }: Effects): void {
  for (const key of [...writes.keys(), ...policies.keys()]) block.touched.add(placeOf(false, key));
  for (const key of privateWrites.keys()) block.touched.add(placeOf(true, key));
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function same(one: readonly [string, number] | undefined, other: readonly [string, number]): boolean {
  return one?.[0] === other[0] && one[1] === other[1];
}

function placeOf(isPrivate: boolean, key: string): string {
  return `${isPrivate ? 'private' : 'public'} ${key}`;
}
