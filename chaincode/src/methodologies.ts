import type { Context } from 'fabric-contract-api';
import { patterns, textMember, withMembers } from './encoding';
import type { Json } from './encoding';
import type { TotalLine } from './leaves';
import { ensure } from './names';

/** A methodology of a header, and what was registered of it. */
export interface Registered {
  readonly line: Json;
  readonly name: string;
  readonly validFrom: string;
  readonly validTo?: string;
}

/** The methodologies that a header names: sorted, each registered with the digest that stands there. */
export async function methodologyTable(ctx: Context, header: Readonly<Record<string, Json>>): Promise<Registered[]> {
  const table = header['methodologies'];
  ensure(
    Array.isArray(table) && table.length >= 1 && table.length <= 256,
    'ARGUMENT_INVALID',
    'methodologies is a short list',
  );
  const registered: Registered[] = [];
  let last = '';
  for (const given of table as readonly Json[]) {
    const line = withMembers(given, ['id', 'version', 'digest']);
    const id = textMember(line, 'id', patterns.methodology);
    const version = textMember(line, 'version', patterns.version);
    ensure(`${id}\0${version}` > last, 'ARGUMENT_INVALID', 'methodologies are sorted');
    last = `${id}\0${version}`;
    const known = await registeredAs(ctx, { id, version, digest: textMember(line, 'digest', patterns.digest) });
    registered.push({ ...known, line, name: `${id}@${version}` });
  }
  return registered;
}

async function registeredAs(
  ctx: Context,
  line: { readonly id: string; readonly version: string; readonly digest: string },
): Promise<Pick<Registered, 'validFrom' | 'validTo'>> {
  const name = `${line.id}@${line.version}`;
  const bytes = await ctx.stub.getState(ctx.stub.createCompositeKey('METHODOLOGY', [line.id, line.version]));
  ensure(bytes.length > 0, 'METHODOLOGY_UNKNOWN', name);
  const known = JSON.parse(Buffer.from(bytes).toString()) as Registered & { readonly digest: string };
  ensure(known.digest === line.digest, 'METHODOLOGY_UNKNOWN', `${name} has another digest`);
  return known;
}

/** What counts on a day counts by a methodology of that day. What takes a record back or corrects it is by the methodology of that one, on whichever day it is sealed. */
export function ensureInForce(table: readonly Registered[], totals: readonly TotalLine[], day: string): void {
  for (const { kind, methodology } of totals) {
    if (kind !== 'record') continue;
    const { name, validFrom, validTo } = table[methodology] as Registered;
    const isInForce = validFrom <= day && (validTo === undefined || day < validTo);
    ensure(isInForce, 'METHODOLOGY_NOT_IN_FORCE', `${name} on ${day}`);
  }
}
