export { fieldsOfJson, maxRecordLength, parseAsWritten, textFields } from './fields.ts';
export type { RecordFields } from './fields.ts';
export { isNdjsonName, recordsOfFile, UnusableFile } from './file.ts';
export type { CsvParser, FileReading } from './file.ts';
export { nameOfLine } from './sent.ts';
export type { LineName, SentRecord } from './sent.ts';
