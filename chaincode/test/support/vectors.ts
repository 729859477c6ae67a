import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import type { Call, World } from './world.ts';
import { createWorld } from './world.ts';

export { vectors };

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('the vectors lack what a test asks for');
  return item;
}

export const batchVector = first(vectors.batches);
export const settlementVector = first(vectors.settlements);
export const methodologyVector = first(vectors.methodologies);
export const header = JSON.parse(batchVector.header) as Record<string, unknown>;
export const leaves = Buffer.from(batchVector.leaves.join(''), 'hex');
export const settlementHeader = JSON.parse(settlementVector.header) as Record<string, unknown>;
export const settlementLeaves = Buffer.from(settlementVector.lines.map(({ leaf }) => leaf).join(''), 'hex');

/** Canonical for objects of these tests, whose members are texts, numbers and lists in their right order. */
export function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(text).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${text(member)}`).join(',')}}`;
}

export interface Reference {
  readonly v: 1;
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly validFrom: string;
  readonly validTo?: string;
}

export function referenceOf({ file, digest }: (typeof vectors.methodologies)[number]): Reference {
  return { v: 1, id: file.id, version: file.version, digest, validFrom: file.validFrom };
}

export function register(reference: Reference): Call {
  return { function: 'RegisterMethodology', args: [text(reference)] };
}

export function seal(headerText = batchVector.header, bytes: Uint8Array = leaves): Call {
  return { function: 'SealBatch', args: [headerText], transient: { leaves: bytes } };
}

export function settle(headerText = settlementVector.header, bytes: Uint8Array = settlementLeaves): Call {
  return { function: 'SealSettlements', args: [headerText], transient: { settlements: bytes } };
}

/** A world in which the vectors' methodologies are registered. */
export async function preparedWorld(): Promise<World> {
  const world = createWorld();
  for (const methodology of vectors.methodologies) await world.call(register(referenceOf(methodology)));
  return world;
}

/** The code that a call is refused with, or `accepted`. */
export async function outcomeOf(world: World, call: Call): Promise<string> {
  try {
    await world.call(call);
    return 'accepted';
  } catch (error) {
    return /^[A-Z_]+(?=: )/.exec((error as Error).message)?.[0] ?? `no code: ${String(error)}`;
  }
}
