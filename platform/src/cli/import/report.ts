import { createWriteStream, openSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerHandle } from '../server.ts';
import type { LinePlaces } from './decode.ts';
import { refuseImport } from './refusals.ts';
import { linesOf } from './server-calls.ts';

type Refused = Readonly<Record<string, unknown>> & { readonly line?: number; readonly lastLine?: number };

/** Opens the file that a report goes into before anything is imported: what cannot be written is known before there is something to report. Gives its descriptor. */
export function openReport(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (cause) {
    throw refuseImport('IMPORT_REPORT_UNWRITABLE', { field: '--report', file }, cause);
  }
}

/** Writes what a run refused, one JSON object a line, each with the file and the line in it where it stands. */
export async function writeReport(
  server: ServerHandle,
  run: string,
  options: { readonly descriptor: number; readonly places: LinePlaces },
): Promise<void> {
  await pipeline(
    Readable.from(reportLines(server, run, options.places)),
    createWriteStream('', { fd: options.descriptor }),
  );
}

async function* reportLines(server: ServerHandle, run: string, places: LinePlaces): AsyncGenerator<string> {
  for await (const line of linesOf(server, `/v1/runs/${run}/report`))
    yield `${JSON.stringify(withPlace(JSON.parse(line) as Refused, places))}\n`;
}

/** Lines that follow one another may begin in one file and end in the next. */
function withPlace(item: Refused, places: LinePlaces): Refused {
  if (item.line === undefined) return item;
  const first = places.placeOf(item.line);
  const last = item.lastLine === undefined ? undefined : places.placeOf(item.lastLine);
  return {
    ...item,
    ...first,
    ...(last !== undefined && { lastLine: last.line, ...(last.file !== first?.file && { lastFile: last.file }) }),
  };
}
