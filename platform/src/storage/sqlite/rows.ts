import type { DatabaseSync } from 'node:sqlite';
import { required } from '../../kernel/index.ts';
import type { IndexValue } from '../collections.ts';
import { StorageConflict } from '../port.ts';
import type { Table } from './tables.ts';
import type { PackedTexts } from './texts.ts';
import { bytesOf } from './texts.ts';

/** Documents on their way into a table: key and text of each, one after the other. */
export interface Rows {
  readonly texts: PackedTexts;
  /** Values of the table's extra columns, row after row. */
  readonly columns: readonly IndexValue[];
}

/** Documents that were found: one JSON array of them, so that it is read in one go. */
export interface FoundRows {
  readonly versions: readonly number[];
  readonly values: string;
}

export interface FoundRow {
  readonly key: string;
  readonly version: number;
  readonly value: string;
}

export function rowsOf(rows: readonly FoundRow[]): FoundRows & { readonly keys: readonly string[] } {
  return {
    keys: rows.map(({ key }) => key),
    versions: rows.map(({ version }) => version),
    values: arrayOf(rows.map(({ value }) => value)),
  };
}

function arrayOf(texts: readonly string[]): string {
  return `[${texts.join()}]`;
}

export function getRows(table: Table, keys: PackedTexts): FoundRows & { readonly places: readonly number[] } {
  const places: number[] = [];
  const versions: number[] = [];
  const texts: string[] = [];
  for (const [at, key] of bytesOf(keys).entries()) {
    const row = table.get.get(key) as Omit<FoundRow, 'key'> | undefined;
    if (row === undefined) continue;
    places.push(at);
    versions.push(row.version);
    texts.push(row.value);
  }
  return { places, versions, values: arrayOf(texts) };
}

interface Row {
  readonly key: Uint8Array;
  readonly text: Uint8Array;
  readonly columns: readonly IndexValue[];
}

function* rowsFor({ columns }: Table, rows: Rows): Generator<Row> {
  const bytes = bytesOf(rows.texts);
  const width = columns.length;
  for (let at = 0; 2 * at < bytes.length; at += 1) {
    const own = width === 0 ? none : rows.columns.slice(at * width, (at + 1) * width);
    yield { key: part(bytes, 2 * at), text: part(bytes, 2 * at + 1), columns: own };
  }
}

const none: readonly IndexValue[] = [];

function part(bytes: readonly Uint8Array[], at: number): Uint8Array {
  return required(bytes[at], 'part of a row');
}

export function insertRows(database: DatabaseSync, table: Table, rows: Rows): readonly (string | null)[] | null {
  let violated: (string | null)[] | undefined;
  let at = 0;
  for (const row of rowsFor(table, rows)) {
    const { changes } = table.insert.run(row.key, row.text, ...row.columns);
    if (changes !== 1) {
      violated ??= Array.from({ length: rows.texts.ends.length / 2 }, () => null);
      violated[at] = violatedIndex(database, table, row);
    }
    at += 1;
  }
  return violated ?? null;
}

function violatedIndex(database: DatabaseSync, table: Table, { key, columns }: Row): string {
  if (table.get.get(key) !== undefined) return 'key';
  for (const { name, fields, sparse } of table.unique) {
    const values = fields.map((field) => columns[table.columns.indexOf(field)] ?? null);
    if (sparse === true && values[0] === null) continue;
    const condition = fields.map((field) => `"${field}" IS ?`).join(' AND ');
    const isTaken = database.prepare(`SELECT 1 FROM "${table.name}" WHERE ${condition}`).get(...values) !== undefined;
    if (isTaken) return name;
  }
  throw new StorageConflict(`insertion into ${table.name} was refused by no index of it`);
}

export function replaceRows(table: Table, rows: Rows, versions: readonly number[]): void {
  let at = 0;
  for (const row of rowsFor(table, rows)) {
    const version = required(versions[at], 'version of a row');
    const { changes } =
      version === 0 ? table.insert.run(row.key, row.text, ...row.columns) : replaceRow(table, row, version);
    if (changes !== 1) throw notAt(table, row.key, version);
    at += 1;
  }
}

function replaceRow(table: Table, { key, text, columns }: Row, version: number): { changes: number | bigint } {
  try {
    return table.replace.run(text, ...columns, key, version);
  } catch (error) {
    if (error instanceof Error && /UNIQUE constraint failed/.test(error.message))
      throw new StorageConflict(error.message);
    throw error;
  }
}

/** Nobody else writes while a unit of work is open: what is at its version now stays there. */
export function holdRows(table: Table, keys: PackedTexts, versions: readonly number[]): void {
  for (const [at, key] of bytesOf(keys).entries()) {
    const version = required(versions[at], 'version of a row');
    if (Number(table.get.get(key)?.['version'] ?? 0) !== version) throw notAt(table, key, version);
  }
}

function notAt({ name }: Table, key: Uint8Array, version: number): StorageConflict {
  return new StorageConflict(`${name} ${Buffer.from(key).toString()} is not at version ${String(version)}`);
}
