import type { Key } from '../../../../chaincode/probe/src/steps.ts';
import { noEffects } from './model.ts';
import type { Effects, Entry, Model } from './model.ts';

/** A contract's refusal in the model; `code` is absent where the ledger itself refuses, in words of its own. */
export class ModelRefusal extends Error {
  readonly code: string | undefined;

  constructor(code?: string) {
    super(code ?? 'refused');
    this.code = code;
  }
}

/** A peer hands results to the contract in packets of this size; to know whether there is another it has read one result further. */
const packetSize = 100;

/** The state as one call sees it: what it reads is noted, and what it writes is not seen again. */
export function createView(model: Model) {
  const effects: Effects = noEffects();
  const did = { write: false, page: false, privateQuery: false };

  const writing = (): void => {
    if (did.page || did.privateQuery) throw new ModelRefusal();
    did.write = true;
  };

  const note = (range: { from: string; to: string }, wanted: number): readonly (readonly [string, Entry])[] => {
    const found = model.between(range.from, range.to);
    const taken = Math.min(found.length, wanted);
    const packets = Math.max(1, Math.ceil(taken / packetSize));
    const isExhausted = found.length <= packets * packetSize;
    const seen = found.slice(0, packets * packetSize + 1);
    const to = isExhausted ? range.to : (seen.at(-1)?.[0] ?? range.to);
    effects.ranges.push({ from: range.from, to, isExhausted, seen: seen.map(([key, { version }]) => [key, version]) });
    return found.slice(0, taken);
  };

  return {
    effects,
    get(key: Key): string | null {
      const entry = model.get(nameOf(key));
      effects.reads.set(nameOf(key), entry?.version);
      return entry?.value ?? null;
    },
    put(key: Key, value: string | undefined): null {
      writing();
      effects.writes.set(nameOf(key), value === '' ? undefined : value);
      return null;
    },
    policy(key: Key): readonly string[] | null {
      const entry = model.get(nameOf(key));
      effects.reads.set(nameOf(key), entry?.version);
      return entry?.policy === undefined ? null : [...entry.policy].sort();
    },
    require(key: Key, organisations: readonly string[]): null {
      writing();
      effects.policies.set(nameOf(key), organisations);
      return null;
    },
    scan: (from: string, to: string, atMost = Number.POSITIVE_INFINITY) => note({ from, to }, atMost),
    /** Everything under whole leading parts of a composite key. */
    partial(type: string, attributes: readonly string[]): readonly (readonly [readonly string[], string])[] {
      const from = composite(type, attributes);
      const found = note({ from, to: `${from}\u{10ffff}` }, Number.POSITIVE_INFINITY);
      return found.map(([key, { value }]) => [key.split('\0').slice(2, -1), value]);
    },
    page(query: { readonly from: string; readonly to: string; readonly size: number; readonly bookmark: string }) {
      if (did.write) throw new ModelRefusal();
      did.page = true;
      const from = query.bookmark === '' ? query.from : query.bookmark;
      const found = model.between(from, query.to);
      const items = found.slice(0, query.size);
      const isExhausted = found.length < query.size;
      const seen = items.map(([key, { version }]) => [key, version] as const);
      effects.ranges.push({ from, to: isExhausted ? query.to : (items.at(-1)?.[0] ?? query.to), isExhausted, seen });
      // Fabric says nothing of an empty page, and the shim then has no bookmark to read.
      if (items.length === 0) throw new ModelRefusal();
      return { items, bookmark: found[query.size]?.[0] ?? '' };
    },
    privateGet(key: string): string | null {
      const entry = model.getPrivate(key);
      effects.privateReads.set(key, entry?.version);
      return entry?.value ?? null;
    },
    privatePut(key: string, value: string | undefined): null {
      writing();
      effects.privateWrites.set(key, value);
      return null;
    },
    privateScan(from: string, to: string): readonly (readonly [string, Entry])[] {
      if (did.write) throw new ModelRefusal();
      did.privateQuery = true;
      return model.betweenPrivate(from, to);
    },
    history: (key: Key) => model.history(nameOf(key)),
    event(name: string, payload: string): null {
      effects.event = { name, payload };
      return null;
    },
  };
}

export type View = ReturnType<typeof createView>;

export function composite(type: string, attributes: readonly string[]): string {
  return `\0${[type, ...attributes].join('\0')}\0`;
}

function nameOf(key: Key): string {
  return typeof key === 'string' ? key : composite(key.type, key.attributes);
}
