import { describe, expect, it } from 'vitest';
import { ClientProblem, ClientUnreachable, createClient, everyItem } from './index.ts';

interface Seen {
  readonly url: string;
  readonly init: RequestInit;
}

function clientAnswering(respond: (seen: Seen) => Response | Promise<Response>) {
  const seen: Seen[] = [];
  const client = createClient({
    baseUrl: 'https://city.test',
    token: () => 'token-1',
    locale: 'en',
    fetch: async (url, init) => {
      const call = { url: url as string, init: init ?? {} };
      seen.push(call);
      return respond(call);
    },
  });
  return { client, seen };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('the typed client', () => {
  it('sends the token, the language and the key that the caller made', async () => {
    const { client, seen } = clientAnswering(() => Response.json({ redemption: 'red_1' }));
    await client.me.redeem('318', 'key-1');
    expect(seen[0]?.url).toBe('https://city.test/v1/me/redemptions');
    expect(seen[0]?.init).toMatchObject({
      method: 'POST',
      body: '{"amountFen":"318"}',
      headers: { authorization: 'Bearer token-1', 'accept-language': 'en', 'idempotency-key': 'key-1' },
    });
  });

  it('sends why the caller looks so that a header holds it', async () => {
    const { client, seen } = clientAnswering(() => Response.json({}));
    await client.appeals.get('apl_1', '处理申诉');
    expect(seen[0]?.init).toMatchObject({ headers: { 'tanhui-reason': '%E5%A4%84%E7%90%86%E7%94%B3%E8%AF%89' } });
  });

  it('leaves absent filters out of the address and escapes ids', async () => {
    const { client, seen } = clientAnswering(() => Response.json({ items: [] }));
    await client.me.trips({ day: undefined, cursor: 'a b' });
    await client.me.record('rec/1');
    expect(seen.map(({ url }) => url)).toEqual([
      'https://city.test/v1/me/trips?cursor=a+b',
      'https://city.test/v1/me/records/rec%2F1',
    ]);
  });

  it('turns problem+json into a ClientProblem with code and next step', async () => {
    const { client } = clientAnswering(() =>
      Response.json(
        { title: 'Cap reached', code: 'REWARDS_CAP', status: 409, detail: 'Nothing left', next: 'Tomorrow' },
        { status: 409 },
      ),
    );
    const problem = await client.me.redeem('1', 'k').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ClientProblem);
    expect(problem).toMatchObject({ code: 'REWARDS_CAP', status: 409, next: 'Tomorrow', message: 'Nothing left' });
  });

  it('keeps an unreadable refusal apart from silence', async () => {
    const proxy = clientAnswering(() => new Response('<html>', { status: 502 }));
    await expect(proxy.client.ledger()).rejects.toMatchObject({ name: 'ClientProblem', code: 'HTTP_502' });
    const silent = clientAnswering(() => Promise.reject(new TypeError('failed to fetch')));
    await expect(silent.client.ledger()).rejects.toBeInstanceOf(ClientUnreachable);
  });

  it('takes an answer that breaks off for silence: the act may have been carried out', async () => {
    const breakingOff = () =>
      new Response(
        new ReadableStream({
          start(body) {
            body.enqueue(Buffer.from('{"items":['));
            body.error(new TypeError('terminated'));
          },
        }),
      );
    const { client } = clientAnswering(breakingOff);
    await expect(client.runs.list()).rejects.toBeInstanceOf(ClientUnreachable);
    await expect(client.audit.leaves('bat_1')).rejects.toBeInstanceOf(ClientUnreachable);
  });

  it('reads leaves as bytes', async () => {
    const { client } = clientAnswering(() => new Response(new Uint8Array([1, 2, 3])));
    expect(await client.audit.leaves('bat_1')).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('walks pages to the end, or to the limit', async () => {
    const pages = new Map([
      [undefined, { items: [1, 2], next: 'b' }],
      ['b', { items: [3, 4] }],
    ]);
    const page = (cursor: string | undefined) => Promise.resolve(pages.get(cursor) ?? { items: [] });
    expect(await collect(everyItem(page, 10))).toEqual([1, 2, 3, 4]);
    expect(await collect(everyItem(page, 3))).toEqual([1, 2, 3]);
  });
});
