import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { createClient } from '@tanhui/sdk/client';
import { operatorToken } from '../../src/cli/server.ts';
import { collections } from '../../src/compose/collections.ts';
import { parseConfig } from '../../src/config.ts';
import { citizenDocuments } from '../../src/identity/index.ts';
import { createEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../../src/ledger/index.ts';
import { systemClock } from '../../src/runtime/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { leases } from '../../src/storage/index.ts';
import type { Started } from './processes.ts';
import { start } from './processes.ts';
import { shareLedger } from './shared-ledger.ts';
import { openAt } from './stores.ts';

export const people = ['ctz_sim-lan', 'ctz_sim-hai', 'ctz_sim-song'] as const;

export interface OneServer extends Started {
  readonly url: string;
}

/** Several servers of one city: one database, one ledger, the same keys. */
export interface SharedCity {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly operatorToken: string;
  /** Starts one more server. */
  serve(name: string): Promise<OneServer>;
  /** Holds up the answer to the next transaction that is handed to the ledger, for whichever server it is; settles when one is held. */
  holdNextCommit(): Promise<void>;
  /** Lets what is held go on. */
  letGo(): void;
  signedIn(url: string, identity: string): Promise<TanhuiClient>;
  /** Who holds the lease of a worker, as the store says it. */
  holderOf(worker: string): Promise<{ readonly holder: string; readonly token: number } | undefined>;
  close(): Promise<void>;
}

const child = fileURLToPath(new URL('server.child.ts', import.meta.url));
const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));

export async function openSharedCity(uri: string): Promise<SharedCity> {
  const root = mkdtempSync(join(tmpdir(), 'tanhui-two-servers-'));
  const ledger = await createEmbeddedLedger({ folder: join(root, 'ledger'), contractsModule, clock: systemClock });
  const held = holding();
  const shared = await shareLedger(ledger, (method, moment) => held.pass(method === 'submit' && moment === 'answer'));
  const token = await operatorToken(parseConfig({ TANHUI_DATA: join(root, 'keys') }));
  const store = await openAt(uri, collections);
  await store.unitOfWork((tx) =>
    tx.insertMany(
      citizenDocuments,
      people.map((key) => ({
        key,
        value: { name: key, programme: 'qingdao-demo', isSimulated: true, createdAt: 0, accounts: [] },
      })),
    ),
  );
  const servers: Started[] = [];
  return {
    store,
    ledger,
    operatorToken: token,
    async serve(name) {
      cpSync(join(root, 'keys'), join(root, name), { recursive: true });
      const settings = { TANHUI_DATA: join(root, name), TANHUI_STORE: 'mongodb', TANHUI_MONGODB_URI: uri };
      const server = start([child, shared.url], { ...settings, TANHUI_SEAL_DELAY_MS: '50' });
      servers.push(server);
      return { ...server, url: await server.listening };
    },
    holdNextCommit: held.arm,
    letGo: held.release,
    async signedIn(url, identity) {
      const { token: signed } = await createClient({ baseUrl: url, locale: 'en' }).demoSignIn(identity);
      return createClient({ baseUrl: url, locale: 'en', token: signed });
    },
    holderOf: async (worker) => (await store.get(leases, worker))?.value,
    async close() {
      held.release();
      for (const { child: process } of servers) process.kill('SIGKILL');
      await Promise.all(servers.map(({ ended }) => ended));
      await shared.close();
      await ledger.close();
      await store.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function holding() {
  let caught: (() => void) | undefined;
  let release: () => void = () => undefined;
  return {
    /** Settles when something is held. */
    arm: () =>
      new Promise<void>((resolve) => {
        caught = resolve;
      }),
    async pass(isCandidate: boolean): Promise<void> {
      if (!isCandidate || caught === undefined) return;
      const isHeld = new Promise<void>((resolve) => {
        release = resolve;
      });
      caught();
      caught = undefined;
      await isHeld;
    },
    release: () => {
      release();
    },
  };
}
