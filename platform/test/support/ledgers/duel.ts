import { expect } from 'vitest';
import type { Step } from '../../../../chaincode/probe/src/steps.ts';
import { readBlock } from '../../../src/ledger/blocks.ts';
import type { LedgerUnderTest } from '../../../src/ledger/conformance/harness.ts';
import type { Endorsed, LedgerEvent } from '../../../src/ledger/index.ts';
import { LedgerFailure } from '../../../src/ledger/index.ts';
import type { FlawedCall } from './contracts.ts';
import { run } from './contracts.ts';
import type { Model } from './model.ts';
import { createModel } from './model.ts';
import type { Action } from './script.ts';
import { organisations } from './script.ts';
import { createView, ModelRefusal } from './view.ts';

const patienceMs = 20_000;
const pollMs = 5;

/** How often each validation code and each refusal came about, so that a test can say what its scripts reached. */
export type Figures = Map<string, number>;

interface Duel {
  readonly under: LedgerUnderTest;
  readonly model: Model;
  readonly envelopes: Map<string, Endorsed>;
  /** From transaction ids, which are the engine's own, to the script's labels. */
  readonly labels: Map<string, string>;
  readonly firstBlock: number;
  nextBlock: number;
  readonly figures: Figures;
}

/**
 * Does a script on a ledger and in the model, and compares after each action: answers, refusals, validation codes, and which transactions stand in which order.
 * The model takes over where the engine cut its blocks, which is the engine's own affair.
 */
export async function duel(under: LedgerUnderTest, actions: readonly Action[], figures: Figures): Promise<void> {
  const firstBlock = await under.client().height();
  const model = createModel(organisations);
  const parts: Duel = {
    under,
    model,
    envelopes: new Map(),
    labels: new Map(),
    firstBlock,
    nextBlock: firstBlock,
    figures,
  };
  for (const [at, action] of actions.entries()) {
    try {
      await act(parts, action);
    } catch (failure) {
      throw new Error(`action ${String(at)}, ${textOf(action)}: ${(failure as Error).message}`, { cause: failure });
    }
  }
  await compareEvents(parts);
}

/** Compares everything that a script can have left under a prefix. */
export function lastLook(seed: number): Action {
  const prefix = `s${String(seed)}.`;
  const keys = ['a', 'b', 'c', '\u{1f600}', '\uffe6', 'é', 'crowd.000', 'crowd.100'].map((name) => prefix + name);
  const steps: readonly Step[] = [
    { do: 'scan', from: prefix, to: `${prefix}\u{10ffff}` },
    { do: 'partial', type: `s${String(seed)}`, attributes: [] },
    ...keys.flatMap((key) => [{ do: 'history', key } as const, { do: 'policy', key } as const]),
    ...keys.map((key) => ({ do: 'private-get', collection: 'probe', key }) as const),
  ];
  return {
    do: 'evaluate',
    call: { contract: 'probe', function: 'Run', args: [JSON.stringify(steps)], as: 'auditor' },
  };
}

function textOf(action: Action): string {
  return JSON.stringify(action, (name, value: unknown) => (name === 'transient' ? undefined : value)).slice(0, 600);
}

async function act(parts: Duel, action: Action): Promise<void> {
  switch (action.do) {
    case 'evaluate':
      await compareCall(parts, action.call, () => parts.under.client().evaluate(action.call));
      return;
    case 'endorse':
      await endorse(parts, action);
      return;
    case 'order':
      await order(parts, action);
      return;
    case 'forge':
      await forge(parts, action.label);
      return;
    case 'restart':
      await parts.under.restart?.();
  }
}

interface Outcome {
  readonly answer?: unknown;
  readonly refused?: string;
  readonly code?: string | undefined;
  /** An engine's words are its own; kind and code are not. */
  readonly words?: string;
}

async function outcomeOf({ labels }: Duel, asking: () => Promise<Uint8Array>): Promise<Outcome> {
  try {
    const text = Buffer.from(await asking()).toString();
    return { answer: JSON.parse(text.replaceAll(/[0-9a-f]{64}/g, (id) => labels.get(id) ?? id)) };
  } catch (failure) {
    if (!(failure instanceof LedgerFailure)) throw failure;
    return { refused: failure.kind, code: failure.contractCode, words: failure.message };
  }
}

/** Runs a call in the model, and hands its effects on where the model does not refuse it. */
function expected({ model }: Duel, call: FlawedCall) {
  const view = createView(model);
  try {
    return { outcome: { answer: JSON.parse(run(call, view)) as unknown }, effects: view.effects };
  } catch (refusal) {
    if (!(refusal instanceof ModelRefusal)) throw refusal;
    return { outcome: { refused: 'contract-refused', code: refusal.code } };
  }
}

async function compareCall(parts: Duel, call: FlawedCall, asking: () => Promise<Uint8Array>) {
  const { outcome, effects } = expected(parts, call);
  const { words, ...found } = await outcomeOf(parts, asking);
  count(parts.figures, found.code ?? found.refused ?? 'answered');
  expect(found, words).toEqual(outcome);
  return effects;
}

function count(figures: Figures, name: string): void {
  figures.set(name, (figures.get(name) ?? 0) + 1);
}

async function endorse(parts: Duel, { label, call }: Extract<Action, { do: 'endorse' }>): Promise<void> {
  const effects = await compareCall(parts, call, async () => {
    const endorsed = await parts.under.client().endorse(call);
    parts.envelopes.set(label, endorsed);
    parts.labels.set(endorsed.transactionId, label);
    return endorsed.result;
  });
  if (effects !== undefined) parts.model.keep(label, { effects, endorsers: call.endorsers ?? organisations });
}

async function order(parts: Duel, { labels, isAtOnce }: Extract<Action, { do: 'order' }>): Promise<void> {
  const known = labels.filter((label) => parts.envelopes.has(label));
  const submitting = (label: string) => parts.under.client().submit(envelopeOf(parts, label));
  if (isAtOnce) await Promise.all(known.map(submitting));
  else for (const label of known) await submitting(label);
  const found: string[] = [];
  for (const until = Date.now() + patienceMs; found.length < known.length && Date.now() < until;) {
    const block = await parts.under.client().block(parts.nextBlock);
    if (block === undefined) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      continue;
    }
    parts.nextBlock += 1;
    const { transactions } = readBlock(block.bytes);
    const inBlock = transactions.map(({ id }) => parts.labels.get(id) ?? id);
    const codes = parts.model.block(inBlock);
    for (const { code } of transactions) count(parts.figures, String(code));
    expect(
      labelled(
        inBlock,
        transactions.map(({ code }) => code),
      ),
      'codes of the block',
    ).toEqual(labelled(inBlock, codes));
    found.push(...inBlock);
  }
  const inSomeOrder = (all: readonly string[]) => (isAtOnce ? [...all].sort() : all);
  expect(inSomeOrder(found), 'what stands in the blocks').toEqual(inSomeOrder(known));
}

function labelled(labels: readonly string[], codes: readonly number[]): readonly string[] {
  return labels.map((label, at) => `${label}: ${String(codes[at])}`);
}

function envelopeOf({ envelopes }: Duel, label: string): Uint8Array {
  return envelopes.get(label)?.envelope ?? new Uint8Array();
}

async function forge(parts: Duel, label: string): Promise<void> {
  const forged = Uint8Array.from(envelopeOf(parts, label));
  if (forged.length === 0) return;
  // The signature stands last.
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  const failure: unknown = await parts.under
    .client()
    .submit(forged)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(failure, 'ordering of a forged envelope').toMatchObject({ kind: 'order-failed' });
  count(parts.figures, 'order-failed');
}

async function compareEvents(parts: Duel): Promise<void> {
  const wanted = parts.model.events();
  const found: LedgerEvent[] = [];
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, patienceMs);
  if (wanted.length > 0)
    for await (const event of parts.under.client().events({ blockNumber: parts.firstBlock }, stop.signal)) {
      found.push(event);
      if (found.length === wanted.length) break;
    }
  clearTimeout(timer);
  const events = found.map(({ transactionId, name, payload }) => ({
    transactionId: parts.labels.get(transactionId),
    name,
    payload: Buffer.from(payload).toString(),
  }));
  expect(events, 'events').toEqual(wanted);
}
