import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RecordFields } from '@tanhui/sdk/testing';

const mobility = new URL('../../../../shared/data/mobility/', import.meta.url);

export const isRealDataHere = existsSync(mobility);

/** Says why and how many, so that a skipped figure is never taken for a proven one. */
export function announceSkipped(count: number): void {
  if (!isRealDataHere)
    process.stdout.write(`skipped ${String(count)} tests on real data: ../shared/data is not here\n`);
}

/** All records of the files of one run, in the order of the files. */
export function realRecords(...files: readonly string[]): RecordFields[] {
  return files.flatMap((file) => readCsv(new URL(file, mobility)));
}

/** Records of a gzipped CSV file with a header. */
export function readCsv(file: URL): RecordFields[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split(/\r?\n/).filter(Boolean);
  const names = cellsOf(lines[0] ?? '');
  return lines.slice(1).map((line) => {
    const cells = line.includes('"') ? cellsOf(line) : line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

/** Cells of one line; none of the files has a line break within a cell. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
