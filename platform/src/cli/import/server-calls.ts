import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { problemOf } from '@tanhui/sdk/client';
import type { ServerHandle } from '../server.ts';
import { localeOf } from '../server.ts';
import type { DecodedLine } from './decode.ts';

/** Sends one batch of a run; throws with the server's own words when it was not taken. Sending it again is always safe. */
export async function sendBatch(
  server: ServerHandle,
  to: { readonly run: string; readonly source: string },
  batch: readonly DecodedLine[],
): Promise<void> {
  const answer = await request(server, `/v1/sources/${to.source}/records?run=${to.run}`, {
    type: 'application/x-ndjson',
    body: batch.map((line) => JSON.stringify(line)).join('\n'),
  });
  const last = (await answer.text()).trimEnd().split('\n').at(-1) ?? '';
  if (last.startsWith('{"error"'))
    throw new Error(`the server ended the batch: ${last}; import again, what was taken is not taken twice`);
}

/** A JSON call: POST where there is a body, GET where there is none. */
export async function call<Answer>(server: ServerHandle, path: string, body?: object): Promise<Answer> {
  const answer = await request(
    server,
    path,
    body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(body) },
  );
  return (await answer.json()) as Answer;
}

/** The lines of a file that the server answers, as they come. */
export async function* linesOf(server: ServerHandle, path: string): AsyncGenerator<string> {
  const { body } = await request(server, path);
  if (body !== null) yield* createInterface({ input: Readable.fromWeb(body), crlfDelay: Infinity });
}

async function request(
  server: ServerHandle,
  path: string,
  content?: { readonly type: string; readonly body: string },
): Promise<Response> {
  const response = await fetch(server.url + path, {
    method: content === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'accept-language': localeOf(process.env['LANG']),
      ...(content !== undefined && { 'content-type': content.type }),
    },
    ...(content !== undefined && { body: content.body }),
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}
