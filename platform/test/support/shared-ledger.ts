import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { deserialize, serialize } from 'node:v8';
import type { LedgerClient, LedgerFailureKind } from '../../src/ledger/index.ts';
import { LedgerFailure } from '../../src/ledger/index.ts';

/** What servers ask of a ledger that they share; following a chain and copying it is not among it. */
const methods = ['describe', 'evaluate', 'endorse', 'submit', 'status', 'transaction', 'height', 'block'] as const;
type Method = (typeof methods)[number];

export interface SharedLedger {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * One ledger for several servers, as a network of peers would be, where no network is at hand: the embedded engine of this process behind a port of its own.
 * @param before called before a call is carried out and again before its answer leaves; a call that it holds up is held up for its server
 */
export async function shareLedger(
  ledger: LedgerClient,
  before: (method: Method, moment: 'call' | 'answer') => Promise<void> = () => Promise.resolve(),
): Promise<SharedLedger> {
  const server = createServer((request, response) => {
    void (async () => {
      const method = methods.find((name) => request.url === `/${name}`);
      if (method === undefined) throw new Error(`no such call: ${String(request.url)}`);
      const args = deserialize(await buffer(request)) as never[];
      await before(method, 'call');
      const answer = await carryOut(() => (ledger[method] as (...given: never[]) => Promise<unknown>)(...args));
      await before(method, 'answer');
      response.end(serialize(answer));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Answer = { readonly value: unknown } | { readonly failure: FailureParts };

interface FailureParts {
  readonly kind: LedgerFailureKind;
  readonly message: string;
  readonly contractCode: string | undefined;
  readonly validationCode: number | undefined;
  readonly transactionId: string | undefined;
}

async function carryOut(call: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof LedgerFailure)) throw error;
    const { kind, message, contractCode, validationCode, transactionId } = error;
    return { failure: { kind, message, contractCode, validationCode, transactionId } };
  }
}

/** The ledger at an address that `shareLedger` gave. */
export function ledgerAt(url: string): LedgerClient {
  const ask = async (method: Method, args: readonly unknown[]): Promise<never> => {
    const sent = await fetch(`${url}/${method}`, { method: 'POST', body: new Uint8Array(serialize(args)) }).catch(
      (cause: unknown) => {
        throw new LedgerFailure(method === 'submit' ? 'outcome-unknown' : 'endorse-failed', 'no answer', { cause });
      },
    );
    const answer = deserialize(Buffer.from(await sent.arrayBuffer())) as Answer;
    if ('value' in answer) return answer.value as never;
    const { kind, message, contractCode, validationCode, transactionId } = answer.failure;
    throw new LedgerFailure(kind, message, {
      ...(contractCode !== undefined && { contractCode }),
      ...(validationCode !== undefined && { validationCode }),
      ...(transactionId !== undefined && { transactionId }),
    });
  };
  const calls = Object.fromEntries(
    methods.map((method) => [method, (...args: readonly unknown[]) => ask(method, args)]),
  ) as unknown as Pick<LedgerClient, Method>;
  const nobodyFollows = (): never => {
    throw new Error('nobody follows a shared ledger');
  };
  return { ...calls, events: nobodyFollows, blocks: nobodyFollows, close: () => Promise.resolve() };
}
