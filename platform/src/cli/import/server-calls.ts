import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { ClientUnreachable, problemOf } from '@tanhui/sdk/client';
import type { ServerHandle } from '../server.ts';
import { localeOf } from '../server.ts';
import type { DecodedLine } from './decode.ts';
import { refuseImport } from './refusals.ts';

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
  const last = (await heard(answer.text())).trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{"error"')) return;
  const { error: reason } = JSON.parse(last) as { readonly error: string };
  throw refuseImport('IMPORT_BATCH_ENDED', { reason });
}

/** A JSON call: POST where there is a body, GET where there is none. */
export async function call<Answer>(server: ServerHandle, path: string, body?: object): Promise<Answer> {
  const answer = await request(
    server,
    path,
    body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(body) },
  );
  return (await heard(answer.json())) as Answer;
}

/** The lines of a file that the server answers, as they come. */
export async function* linesOf(server: ServerHandle, path: string): AsyncGenerator<string> {
  const { body } = await request(server, path);
  if (body === null) return;
  try {
    yield* createInterface({ input: Readable.fromWeb(body), crlfDelay: Infinity });
  } catch (cause) {
    throw new ClientUnreachable(cause);
  }
}

/** An answer that does not come, or breaks off, is silence. */
function heard<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return asked.catch((cause: unknown) => {
    throw new ClientUnreachable(cause);
  });
}

async function request(
  server: ServerHandle,
  path: string,
  content?: { readonly type: string; readonly body: string },
): Promise<Response> {
  const asked = fetch(server.url + path, {
    method: content === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'accept-language': localeOf(process.env['LANG']),
      ...(content !== undefined && { 'content-type': content.type }),
    },
    ...(content !== undefined && { body: content.body }),
  });
  const response = await heard(asked);
  if (!response.ok) throw await problemOf(response);
  return response;
}
