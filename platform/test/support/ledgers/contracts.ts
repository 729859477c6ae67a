import { hash } from 'node:crypto';
import type { Answer, Step } from '../../../../chaincode/probe/src/steps.ts';
import { hex } from '../../../../sdk/src/verify/bytes.ts';
import { hashLeaf, rootOfLeaves } from '../../../../sdk/src/verify/tree.ts';
import { canonicalJson } from '../../../src/kernel/index.ts';
import type { Json } from '../../../src/kernel/index.ts';
import type { ContractCall } from '../../../src/ledger/index.ts';
import { composite, ModelRefusal } from './view.ts';
import type { View } from './view.ts';

/** What is wrong with a call by how it was made; the model does not look into leaves. */
export type Flaw = 'ARGUMENT_INVALID' | 'LEAVES_INVALID' | 'HEADER_MISMATCH';

export interface FlawedCall extends ContractCall {
  readonly flaw?: Flaw;
}

const mspOf = {
  recorder: 'PlatformMSP',
  registrar: 'PlatformMSP',
  settler: 'PlatformMSP',
  auditor: 'CityMSP',
} as const;
const roleOf: Readonly<Record<string, string>> = {
  RegisterMethodology: 'registrar',
  SealBatch: 'recorder',
  CloseDay: 'auditor',
  SealSettlements: 'settler',
};

/** Runs a call on the model's view of the state and gives what the contract returns; refuses by throwing. */
export function run(call: FlawedCall, view: View): string {
  if (call.contract === 'probe') return JSON.stringify(stepsOf(call).map((step) => probe(step, { view, call })));
  const role = roleOf[call.function];
  if (role !== undefined && role !== call.as) throw new ModelRefusal('FORBIDDEN');
  return (functions[call.function] ?? read)(call, view);
}

const functions: Readonly<Record<string, (call: FlawedCall, view: View) => string>> = {
  RegisterMethodology: register,
  SealBatch: seal,
  SealSettlements: settle,
  CloseDay: close,
  ListBatches: ({ args: [programme = '', day = ''] }, view) => `[${headersOf(view, programme, day).join(',')}]`,
};

export function stepsOf(call: ContractCall): readonly Step[] {
  return JSON.parse(call.args[0] ?? '[]') as readonly Step[];
}

type Doing<Name extends Step['do']> = (
  step: Extract<Step, { do: Name }>,
  context: { readonly view: View; readonly call: ContractCall },
) => Answer;

function probe(step: Step, context: { readonly view: View; readonly call: ContractCall }): Answer {
  return (doings[step.do] as Doing<Step['do']>)(step, context);
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function transientOf(call: ContractCall, name: string): string {
  return Buffer.from(call.transient?.[name] ?? []).toString();
}

function refuse(): never {
  throw new ModelRefusal();
}

const keyAndValue = ([key, { value }]: readonly [string, { readonly value: string }]) => ({ key, value });

const doings: { readonly [Name in Step['do']]: Doing<Name> } = {
  get: ({ key }, { view }) => view.get(key),
  put: ({ key, value }, { view }) => view.put(key, value),
  delete: ({ key }, { view }) => view.put(key, undefined),
  history: ({ key }, { view }) => view.history(key) as unknown as Answer,
  policy: ({ key }, { view }) => view.policy(key),
  scan: ({ from, to, atMost }, { view }) => view.scan(from, to, atMost).map(keyAndValue),
  partial: ({ type, attributes }, { view }) =>
    view.partial(type, attributes).map(([parts, value]) => ({ attributes: parts, value })),
  page: (query, { view }) => {
    const { items, bookmark } = view.page(query);
    return { items: items.map(keyAndValue), bookmark, fetched: items.length };
  },
  event: ({ name, payload }, { view }) => view.event(name, payload),
  require: ({ key, organisations }, { view }) => view.require(key, organisations),
  'private-put': ({ key, transient }, { view, call }) => view.privatePut(key, transientOf(call, transient)),
  'private-get': ({ key }, { view }) => view.privateGet(key),
  'private-hash': ({ key }, { view }) => {
    const value = view.privateGet(key);
    return value === null ? null : sha256(value);
  },
  'private-delete': ({ key }, { view }) => view.privatePut(key, undefined),
  'private-purge': ({ key }, { view }) => view.privatePut(key, undefined),
  'private-scan': ({ from, to }, { view }) => view.privateScan(from, to).map(keyAndValue),
  transient: ({ name }, { call }) => sha256(transientOf(call, name)),
  attribute: ({ name }, { call }) => (name === 'tanhui.role' ? call.as : null),
  who: (_step, { call }) => mspOf[call.as],
  time: refuse,
  disagree: refuse,
  fail: ({ message }) => {
    throw new ModelRefusal(/^([A-Z_]+): /.exec(message)?.[1]);
  },
};

interface Header {
  readonly programme: string;
  readonly day: string;
  readonly batch: string;
  readonly settlement: string;
  readonly root: string;
  readonly count: number;
  readonly retrospective: boolean;
  readonly methodologies: readonly { readonly id: string; readonly version: string; readonly digest: string }[];
  readonly totals: readonly {
    readonly kind: string;
    readonly mode: string;
    readonly count: number;
    readonly milligrams: string;
  }[];
}

function refuseFor(call: FlawedCall, ...flaws: readonly Flaw[]): void {
  if (call.flaw !== undefined && flaws.includes(call.flaw)) throw new ModelRefusal(call.flaw);
}

/** The same under its key is success and writes nothing. */
function once(view: View, key: string, entry: { readonly value: string; readonly code: string }): string {
  const before = view.get(key);
  if (before !== null && before !== entry.value) throw new ModelRefusal(entry.code);
  if (before === null) view.put(key, entry.value);
  return entry.value;
}

function register(call: FlawedCall, view: View): string {
  refuseFor(call, 'ARGUMENT_INVALID');
  const given = JSON.parse(call.args[0] ?? '') as { readonly id: string; readonly version: string };
  const key = composite('METHODOLOGY', [given.id, given.version]);
  return once(view, key, { value: canonicalJson(given), code: 'METHODOLOGY_EXISTS' });
}

function seal(call: FlawedCall, view: View): string {
  refuseFor(call, 'ARGUMENT_INVALID');
  const text = call.args[0] ?? '';
  const header = JSON.parse(text) as Header;
  const known = header.methodologies.map((line) => registeredAs(view, line));
  refuseFor(call, 'LEAVES_INVALID');
  // What a script seals are records, never what takes one back: each counts by its methodology on the batch's day.
  if (!header.retrospective)
    known.forEach((validity) => {
      checkInForce(validity, header.day);
    });
  refuseFor(call, 'HEADER_MISMATCH');
  const { programme, day, batch, root, count } = header;
  if (view.get(composite('DAY', [programme, day])) !== null) throw new ModelRefusal('DAY_CLOSED');
  const result = once(view, composite('BATCH', [programme, day, batch]), { value: text, code: 'BATCH_EXISTS' });
  view.event('BatchSealed', canonicalJson({ programme, day, batch, root, count }));
  return result;
}

interface Validity {
  readonly validFrom?: string;
  readonly validTo?: string;
}

function registeredAs(view: View, line: Header['methodologies'][number]): Validity {
  const text = view.get(composite('METHODOLOGY', [line.id, line.version]));
  const known = JSON.parse(text ?? '{}') as Validity & { readonly digest?: string };
  if (known.digest !== line.digest) throw new ModelRefusal('METHODOLOGY_UNKNOWN');
  return known;
}

function checkInForce({ validFrom = '', validTo = '9' }: Validity, day: string): void {
  if (validFrom > day || day >= validTo) throw new ModelRefusal('METHODOLOGY_NOT_IN_FORCE');
}

function settle(call: FlawedCall, view: View): string {
  refuseFor(call, 'ARGUMENT_INVALID', 'LEAVES_INVALID', 'HEADER_MISMATCH');
  const text = call.args[0] ?? '';
  const { programme, day, settlement, root } = JSON.parse(text) as Header;
  const key = composite('SETTLEMENT', [programme, day, settlement]);
  const result = once(view, key, { value: text, code: 'SETTLEMENT_EXISTS' });
  view.event('SettlementsSealed', canonicalJson({ programme, day, settlement, root }));
  return result;
}

/** After this, a day of a script is not over. */
const now = '2026-07-01';

function close({ args: [programme = '', day = ''] }: FlawedCall, view: View): string {
  if (day > now) throw new ModelRefusal('DAY_NOT_OVER');
  const key = composite('DAY', [programme, day]);
  if (view.get(key) !== null) throw new ModelRefusal('DAY_CLOSED');
  const texts = headersOf(view, programme, day);
  const headers = texts.map((text) => JSON.parse(text) as Header);
  const value = canonicalJson({
    v: 1,
    programme,
    day,
    batches: headers.length,
    records: headers.reduce((sum, { count }) => sum + count, 0),
    root: hex(rootOfLeaves(texts.map((text) => hashLeaf(Buffer.from(text))))),
    totals: totalsOf(headers),
  });
  view.put(key, value);
  view.event('DayClosed', canonicalJson({ programme, day }));
  return value;
}

function headersOf(view: View, programme: string, day: string): readonly string[] {
  return view.partial('BATCH', [programme, day]).map(([, header]) => header);
}

/** A script's trips are by metro. */
function totalsOf(headers: readonly Header[]): Json[] {
  const lines = headers.flatMap(({ totals }) => totals);
  if (lines.length === 0) return [];
  const milligrams = lines.reduce((sum, line) => sum + BigInt(line.milligrams), 0n);
  const count = lines.reduce((sum, line) => sum + line.count, 0);
  return [{ kind: 'record', mode: 'metro', count, milligrams: String(milligrams) }];
}

function read(call: ContractCall, view: View): string {
  const [first = '', second = ''] = call.args;
  const fields = (): readonly string[] => {
    const { programme = '', day = '', batch, settlement } = JSON.parse(first) as Partial<Header>;
    return [programme, day, batch ?? settlement ?? ''];
  };
  const [type, parts] =
    call.function === 'ReadBatch'
      ? ['BATCH', fields()]
      : call.function === 'ReadSettlement'
        ? ['SETTLEMENT', fields()]
        : [call.function.slice('Read'.length).toUpperCase(), [first, second]];
  const found = view.get(composite(type, parts));
  if (found === null) throw new ModelRefusal(`${type}_UNKNOWN`);
  return found;
}
