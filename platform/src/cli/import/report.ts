import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerHandle } from '../server.ts';
import type { LinePlaces } from './decode.ts';
import { linesOf } from './server-calls.ts';

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
  for await (const line of linesOf(server, `/v1/runs/${run}/report`))
    yield `${JSON.stringify(withPlace(JSON.parse(line) as Refused, places))}\n`;
}

/** A record of an earlier run that was refused in this one has its line there, not here. */
function withPlace(item: Refused, places: LinePlaces): Refused {
  return item.line === undefined ? item : { ...item, ...places.placeOf(item.line) };
}
