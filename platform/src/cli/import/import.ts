import { readFileSync, statSync } from 'node:fs';
import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import type { ActivitySource, JsonValue } from '@tanhui/sdk/plugin';
import type { Config } from '../../config.ts';
import { maxBatchRecords } from '../../intake/index.ts';
import { createPluginRegistry, neededColumns, readSettings } from '../../plugin-host/index.ts';
import { useServer } from '../server.ts';
import type { ServerHandle } from '../server.ts';
import type { DecodedLine } from './decode.ts';
import { decodeFiles, LinePlaces } from './decode.ts';
import { sortByTime } from './external-sort.ts';
import { programmeOfSource } from './programme.ts';
import type { Progress } from './progress.ts';
import { showProgress } from './progress.ts';
import { refuseImport } from './refusals.ts';
import { openReport, writeReport } from './report.ts';
import { call, sendBatch } from './server-calls.ts';
import type { Encoding } from './text.ts';

export interface ImportOptions {
  readonly source: string;
  readonly files: readonly string[];
  readonly programme: string;
  readonly encoding: Encoding;
  readonly mapping?: string | undefined;
  readonly report?: string | undefined;
  readonly isJson: boolean;
}

/**
 * 导入: all files are one set, sorted by event time in bounded memory, sent to the server in batches of fixed boundaries. Importing again adds nothing,
 * so an import that was cut off is simply started again. A file that cannot be used as a whole is refused before anything is sent.
 */
export async function importFiles(config: Config, options: ImportOptions): Promise<void> {
  const startedAt = performance.now();
  const registry = createPluginRegistry([{ manifest: greenTravelManifest as never, activate }]);
  const { source } = registry.source(options.source);
  const settings = readMapping(options.mapping);
  const places = new LinePlaces();
  const totalBytes = options.files.reduce((sum, file) => sum + sizeOf(file), 0);
  readSettings(source, settings);
  const report = options.report === undefined ? undefined : openReport(options.report);
  await useServer(config, async (server) => {
    await call(server, `/v1/programme?programme=${encodeURIComponent(options.programme)}`);
    const progress = showProgress({ totalBytes, isShown: !options.isJson && process.stderr.isTTY });
    const run = await sendAll(server, { ...options, source, settings, places, progress }).finally(() => {
      progress.stop();
    });
    const counts = await call<object>(server, `/v1/runs/${run}/finish`, {});
    if (report !== undefined) await writeReport(server, run, { descriptor: report, places });
    const summary = { ...counts, elapsedMs: Math.round(performance.now() - startedAt) };
    process.stdout.write(
      options.isJson ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(summary, null, 2)}\nrun ${run}\n`,
    );
  });
}

function readMapping(file: string | undefined): JsonValue {
  if (file === undefined) return null;
  sizeOf(file);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JsonValue;
  } catch (cause) {
    throw refuseImport('IMPORT_MAPPING_UNREADABLE', { file }, cause);
  }
}

function sizeOf(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false });
  if (size?.isFile() !== true) throw refuseImport('IMPORT_FILE_UNREADABLE', { file });
  return size.size;
}

interface Sending {
  readonly files: readonly string[];
  readonly programme: string;
  readonly encoding: Encoding;
  readonly source: ActivitySource;
  readonly settings: JsonValue;
  readonly places: LinePlaces;
  readonly progress: Progress;
}

/** Reads and sorts everything first: a file that is damaged at its end is known before a run is opened, which would be called running ever after, and the first record goes out. Gives the run. */
async function sendAll(server: ServerHandle, sending: Sending): Promise<string> {
  const { source, progress, places, encoding } = sending;
  const parsed = readSettings(source, sending.settings);
  const lines = decodeFiles(sending.files, {
    separator: separatorOf(sending.settings),
    encoding,
    places,
    needed: neededColumns(source, parsed),
    onBytes: (bytes) => {
      progress.read(bytes);
    },
  });
  const sorted = sortByTime(lines, {
    timeOf: (line) => source.eventTimeOf({ ref: line.line, fields: line.fields }, parsed) ?? -1,
    onSorted: (records) => {
      progress.startSending(records);
    },
  });
  let run: string | undefined;
  for await (const batch of inBatches(sorted)) {
    run ??= await openRun(server, sending);
    await sendBatch(server, { run, source: source.id }, batch);
    progress.sent(batch.length);
  }
  return run ?? openRun(server, sending);
}

async function openRun(server: ServerHandle, { source, programme, settings }: Sending): Promise<string> {
  const { run } = await call<{ run: string }>(server, '/v1/runs', { source: source.id, programme, settings });
  return run;
}

function separatorOf(settings: JsonValue): string {
  const separator =
    typeof settings === 'object' && settings !== null && 'separator' in settings ? settings['separator'] : undefined;
  return typeof separator === 'string' ? separator : ',';
}

async function* inBatches(lines: AsyncIterable<DecodedLine>): AsyncGenerator<DecodedLine[]> {
  let batch: DecodedLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < maxBatchRecords) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** One line for each source: its id, its programme by default, its name. */
export function sourceLines(config: Config): string[] {
  const registry = createPluginRegistry([{ manifest: greenTravelManifest as never, activate }]);
  return registry
    .sources()
    .map(
      ({ source }) =>
        `${source.id.padEnd(16)} ${programmeOfSource(config, source.id).padEnd(16)} ${source.title['zh-CN']} ${source.title.en}`,
    );
}
