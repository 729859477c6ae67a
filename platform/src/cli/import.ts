import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import type { ActivitySource, JsonValue } from '@tanhui/sdk/plugin';
import type { Config } from '../config.ts';
import { maxBatchRecords } from '../intake/index.ts';
import { createPluginRegistry } from '../plugin-host/index.ts';
import { decodeFiles } from './decode.ts';
import type { DecodedLine } from './decode.ts';
import { sortByTime } from './external-sort.ts';
import { reachServer } from './server.ts';
import type { ServerHandle } from './server.ts';

export interface ImportOptions {
  readonly source: string;
  readonly files: readonly string[];
  readonly programme: string;
  readonly mapping?: string | undefined;
  readonly report?: string | undefined;
  readonly isJson: boolean;
}

const programmeOfSource: Readonly<Record<string, string>> = {
  'shenzhen-taps': 'shenzhen-pilot',
  'mobike-orders': 'shanghai-pilot',
  'metro-trips': 'qingdao-demo',
};

/** Where records of a source go when nobody says. */
export function defaultProgramme(source: string): string {
  return programmeOfSource[source] ?? 'open-demo';
}

/**
 * 导入: all files are one set, sorted by event time in bounded memory, sent to the server in batches of fixed boundaries. Importing again adds nothing,
 * so an import that was cut off is simply started again.
 */
export async function importFiles(config: Config, options: ImportOptions): Promise<void> {
  const startedAt = performance.now();
  const registry = createPluginRegistry([{ manifest: greenTravelManifest as never, activate }]);
  const { source } = registry.source(options.source);
  const settings =
    options.mapping === undefined ? null : (JSON.parse(readFileSync(options.mapping, 'utf8')) as JsonValue);
  const parsed = source.parseSettings(settings);
  const server = await reachServer(config);
  const bar = progress(options);
  try {
    const { run } = await call<{ run: string }>(server, '/v1/runs', {
      source: source.id,
      programme: options.programme,
      settings,
    });
    const lines = decodeFiles(options.files, {
      separator: separatorOf(settings),
      onBytes: (count) => bar?.increment(count),
    });
    const checked = withHeaders(lines, source, parsed);
    const sorted = sortByTime(
      checked,
      (line) => source.eventTimeOf({ ref: line.line, fields: line.fields }, parsed) ?? -1,
    );
    for await (const batch of inBatches(sorted)) await send(server, run, options.source, batch);
    bar?.stop();
    const counts = await call<object>(server, `/v1/runs/${run}/finish`, {});
    if (options.report !== undefined) await writeReport(server, run, options.report);
    const summary = { ...counts, elapsedMs: Math.round(performance.now() - startedAt) };
    process.stdout.write(
      options.isJson ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(summary, null, 2)}\nrun ${run}\n`,
    );
  } finally {
    bar?.stop();
    await server.close();
  }
}

function separatorOf(settings: JsonValue): string {
  const separator =
    typeof settings === 'object' && settings !== null && 'separator' in settings ? settings['separator'] : undefined;
  return typeof separator === 'string' ? separator : ',';
}

function progress({ files, isJson }: ImportOptions): SingleBar | undefined {
  if (isJson || !process.stderr.isTTY) return undefined;
  const bar = new SingleBar({
    format: 'reading [{bar}] {percentage}% {value}/{total} bytes, {eta_formatted} left',
    stream: process.stderr,
  });
  bar.start(
    files.reduce((sum, file) => sum + statSync(file).size, 0),
    0,
  );
  return bar;
}

/** Refuses a file without the columns that the source needs before anything of it is sent. */
async function* withHeaders(
  lines: AsyncIterable<DecodedLine>,
  source: ActivitySource,
  settings: JsonValue,
): AsyncGenerator<DecodedLine> {
  const needed = typeof source.requiredFields === 'function' ? source.requiredFields(settings) : source.requiredFields;
  let isChecked = false;
  for await (const line of lines) {
    const missing = isChecked || 'code' in line ? undefined : needed.find((name) => !(name in line.fields));
    if (missing !== undefined)
      throw new Error(
        `column ${missing} is missing (line ${String(line.line)}); ${source.id} needs ${needed.join(', ')}`,
      );
    isChecked ||= !('code' in line);
    yield line;
  }
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

async function send(
  server: ServerHandle,
  run: string,
  ...[source, batch]: readonly [string, readonly DecodedLine[]]
): Promise<void> {
  const response = await fetch(`${server.url}/v1/sources/${source}/records?run=${run}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/x-ndjson' },
    body: batch.map((line) => JSON.stringify(line)).join('\n'),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  if (last.startsWith('{"error"'))
    throw new Error(`the server ended the batch: ${last}; import again, what was taken is not taken twice`);
}

async function call<Answer>(server: ServerHandle, path: string, body?: object): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text) as Answer;
}

async function writeReport(server: ServerHandle, run: string, file: string): Promise<void> {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await call<{ items: object[]; next?: string }>(server, `/v1/runs/${run}/refusals${query}`);
    lines.push(...page.items.map((item) => JSON.stringify(item)));
    cursor = page.next;
  } while (cursor !== undefined);
  writeFileSync(file, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
}

/** One line for each source: its id, its programme by default, its name. */
export function sourceLines(): string[] {
  const registry = createPluginRegistry([{ manifest: greenTravelManifest as never, activate }]);
  return registry
    .sources()
    .map(
      ({ source }) =>
        `${source.id.padEnd(16)} ${defaultProgramme(source.id).padEnd(16)} ${source.title['zh-CN']} ${source.title.en}`,
    );
}
