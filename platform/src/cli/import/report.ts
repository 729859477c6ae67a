import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerHandle } from '../server.ts';
import type { LinePlaces } from './decode.ts';
import { call } from './server-calls.ts';

type Refused = Readonly<Record<string, unknown>> & { readonly line?: number };

/** Writes what a run refused, one JSON object a line, each with the file and the line in it where it stands. */
export async function writeReport(
  server: ServerHandle,
  run: string,
  options: { readonly file: string; readonly places: LinePlaces },
): Promise<void> {
  await pipeline(Readable.from(reportLines(server, run, options.places)), createWriteStream(options.file));
}

async function* reportLines(server: ServerHandle, run: string, places: LinePlaces): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await call<{ items: Refused[]; next?: string }>(server, `/v1/runs/${run}/refusals${query}`);
    for (const item of page.items) yield `${JSON.stringify(withPlace(item, places))}\n`;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** A record of an earlier run that was refused in this one has its line there, not here. */
function withPlace(item: Refused, places: LinePlaces): Refused {
  return item.line === undefined ? item : { ...item, ...places.placeOf(item.line) };
}
