import type { Receipt } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import { expect } from 'vitest';
import { carbonRecords, hasUnsealed, programmeDays, receiptOf } from '../../src/carbon/index.ts';
import { accountDocuments, consentText, unbindAccount } from '../../src/identity/index.ts';
import { beginUndo, bindAndCredit, finishRun, standInStep, undoSteps } from '../../src/intake/index.ts';
import { required } from '../../src/kernel/index.ts';
import type { LedgerClient } from '../../src/ledger/index.ts';
import { orderEnvelope } from '../../src/ledger/index.ts';
import { gramsOf } from '../../src/rewards/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { everyOf } from '../../src/storage/index.ts';
import { programme } from './ledger.ts';
import { waitingForSeal } from './sealing.ts';

export const citizen = 'ctz_one';
const dayMs = 86_400_000;
const timeoutMs = 5_000;

/** A city with one citizen, whose agency closes days through its own peer while something waits to be sealed. */
export async function closingCity(parts: {
  readonly ledger: LedgerClient;
  readonly store: DocumentStore;
  /** Noon of its first day. */
  readonly now: number;
}) {
  const { ledger, store } = parts;
  const { fixture, step } = await waitingForSeal({ ...parts, counts: [] });
  const { deps } = fixture;
  await fixture.addCitizen(citizen);
  const today = () => dayOf(deps.clock.now());
  const sealed = async (): Promise<void> => {
    for (let more = 0; more < 9 && (await hasUnsealed(store)); more += 1) await step();
    expect(await hasUnsealed(store)).toBe(false);
  };
  const bind = (to = citizen) =>
    bindAndCredit(deps, {
      citizen: to,
      source: 'drafts-one',
      name: 'card',
      consent: consentText.version,
      windowDays: 9,
    });
  return {
    fixture,
    today,
    /** Seals whatever waits. */
    sealed,
    bind,
    /** The citizen gives the card up, and another one binds it. */
    async handOn(): Promise<void> {
      await fixture.addCitizen('ctz_two');
      const given = { citizen, account: fixture.account('card'), at: deps.clock.now() };
      await store.unitOfWork((tx) => unbindAccount(tx, given));
      await bind('ctz_two');
    },
    redeemable: async () => (await gramsOf(store, citizen)).redeemable,
    finish: (run: string) => finishRun(store, run, deps.clock.now()),
    async undo(run: string): Promise<void> {
      await store.unitOfWork((tx) => beginUndo(tx, deps, { run, by: 'x', reason: 'a test' }));
      await undoSteps(deps, run, 100);
    },
    /** The day is closed without what waits, and the next one begins; gives the closed one. */
    async closeWithout() {
      const closed = today();
      await closeOnLedger(ledger, closed);
      fixture.advance(dayMs);
      await sealed();
      return closed;
    },
    /** Lets records stand in for all that came too late; how many steps that took. */
    async standIn(): Promise<number> {
      let steps = 0;
      while (await standInStep(deps)) steps += 1;
      return steps;
    },
    recordsOf: async (day: string) =>
      (await fixture.records()).filter(({ id }) => id.startsWith(`rec_${day.replaceAll('-', '')}_`)),
    async receipt(id: string): Promise<Receipt> {
      const { account } = required(await store.get(carbonRecords, id), 'record').value;
      const holder = required(await store.get(accountDocuments, account), 'account').value;
      const reading = { store, ledger, methodologyOf: deps.quantifier.methodologyOf };
      return receiptOf(reading, id, Buffer.from(holder.secret, 'base64'));
    },
  };
}

/** The agency closes a day by itself, through its own peer. */
export async function closeOnLedger(ledger: LedgerClient, day: string): Promise<void> {
  const tried = async () => {
    const endorsed = await ledger.endorse({ function: 'CloseDay', args: [programme, day], as: 'auditor' });
    return (await orderEnvelope(ledger, { ...endorsed, mayBeOrdered: false, timeoutMs })).end;
  };
  // What was ordered a moment ago may be in the block before, and then the close read less than there is.
  await expect.poll(tried).toBe('valid');
}

/** Once all is sealed and stood in for: each day counts what the ledger has of it, in whole, by mode and by hour. */
export async function expectLedgerToAgree(store: DocumentStore): Promise<void> {
  const sum = (amounts: readonly string[]) => String(amounts.reduce((total, one) => total + BigInt(one), 0n));
  for (const { value } of await everyOf(store, programmeDays, { index: 'key' })) {
    const { day, totals, sealedMilligrams, lastSealed, lastRecord } = value;
    expect(lastSealed, `all of ${day} is sealed`).toBe(lastRecord);
    expect(sealedMilligrams, `the ledger has what ${day} counts`).toBe(totals.milligrams);
    expect(sum(Object.values(totals.byHour)), `hours of ${day}`).toBe(totals.milligrams);
    for (const by of [totals.byMode, totals.byEvidence])
      expect(sum(Object.values(by).map(([, milligrams]) => milligrams)), `lines of ${day}`).toBe(totals.milligrams);
  }
}
