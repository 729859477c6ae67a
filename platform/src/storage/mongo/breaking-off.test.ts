import { setTimeout as rest } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { gateTo } from '../../../test/support/gate.ts';
import type { Gate } from '../../../test/support/gate.ts';
import { mongoServerForTests } from '../../../test/support/mongo-server.ts';
import { openAt } from '../../../test/support/stores.ts';
import { counters, things } from '../contract/site.ts';
import type { DocumentStore } from '../port.ts';

const server = await mongoServerForTests();
afterAll(() => server?.stop());

/** Longer than the driver looks for a server. */
const longerThanSelectionMs = 6_000;
/** Until the driver gives up a server that is there and says nothing. */
const notLongMs = 30_000;

describe.skipIf(server === undefined)('a database that breaks off', () => {
  const opened: { readonly store: DocumentStore; readonly gate: Gate }[] = [];
  afterEach(async () => {
    for (const { store, gate } of opened.splice(0)) {
      await gate.shut();
      await gate.open();
      await store.close();
      await gate.shut();
    }
  });
  const open = async (database: string) => {
    const address = new URL(server?.uriOf(database) ?? '');
    const gate = await gateTo(Number(address.port));
    const store = await openAt(`mongodb://127.0.0.1:${String(gate.port)}/${database}?directConnection=true`, [
      things,
      counters,
    ]);
    opened.push({ store, gate });
    return { store, gate };
  };

  it('while committing is asked for the outcome, also after it was gone for longer than one looks for it', async () => {
    const { store, gate } = await open('committing');
    const shut = gate.shutAfter('commitTransaction');
    const written = store.unitOfWork((tx) => tx.insertMany(things, [{ key: 'a', value: {} }]));
    const back = shut.then(() => rest(longerThanSelectionMs)).then(() => gate.open());
    expect(await written).toEqual(['inserted']);
    await back;
    expect((await store.get(things, 'a'))?.version).toBe(1);
  });

  it('is said to be out of reach, whatever a unit of work begins with', async () => {
    const { store, gate } = await open('beginning');
    await gate.shut();
    await expect(store.unitOfWork((tx) => tx.removeMany(things, ['a']))).rejects.toMatchObject({
      code: 'STORAGE_UNREACHABLE',
    });
  });

  it('is not writable where it stands still, and is out of reach before long', async () => {
    const { store, gate } = await open('standing');
    expect((await store.health()).writable).toBe(true);
    gate.stall();
    const answer = await Promise.race([store.health(), rest(5_000).then(() => 'no answer')]);
    expect(answer).toEqual({ engine: 'mongodb', writable: false });
    const asked = store.unitOfWork((tx) => tx.get(things, 'a')).catch((error: unknown) => error);
    const told = await Promise.race([asked, rest(notLongMs).then(() => 'no answer')]);
    expect(told).toMatchObject({ code: 'STORAGE_UNREACHABLE' });
  });
});
