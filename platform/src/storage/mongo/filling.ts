import type { mongo } from 'mongoose';
import { rowOf, storedOf } from './rows.ts';
import type { Row, Shelf } from './rows.ts';

const rowsPerStep = 1_000;

/**
 * Fields that an index names for the first time are filled from the documents, in steps along the key. A row that somebody changes meanwhile is left: who changes it
 * writes the fields as they are declared.
 */
export async function fillFields(shelf: Shelf): Promise<void> {
  for (let after = ''; ;) {
    const found = await shelf.rows
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(rowsPerStep)
      .toArray();
    const last = found.at(-1);
    if (last === undefined) return;
    await shelf.rows.bulkWrite(found.map((row) => filling(shelf, row)));
    after = last._id;
  }
}

function filling(shelf: Shelf, row: Row): mongo.AnyBulkWriteOperation<Row> {
  const { by } = rowOf(shelf, storedOf(row));
  const update = by === undefined ? { $unset: { by: '' as const } } : { $set: { by } };
  return { updateOne: { filter: { _id: row._id, version: row.version }, update } };
}
