/** A double may give back a number other than it was written: 17 digits, a point, an exponent, a negative zero. */
const mayBeRounded = /\d(?:[.eE]|\d{15})|-0(?!\d)/;
const stringsAndNumbers = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;

/** Reads JSON 解析 without rounding: a number that a double would not give back as it was written becomes its text. Throws `SyntaxError` as `JSON.parse` does. */
export function parseAsWritten(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  return mayBeRounded.test(text) ? JSON.parse(text.replaceAll(stringsAndNumbers, asWritten)) : parsed;
}

function asWritten(token: string): string {
  return token.startsWith('"') || String(Number(token)) === token ? token : `"${token}"`;
}

/** A record takes this many characters of its file; a longer one is refused by its line. */
export const maxRecordLength = 32_768;

/** Fields of a record 字段, each as it is written. */
export type RecordFields = Readonly<Record<string, string>>;

type JsonObject = Record<string, unknown>;

/**
 * Fields of a parsed object: text, or a number as it is written; nothing where it holds anything else. The object may be changed. Where a number in it may have been rounded it is
 * read `again`, from the same text with `parseAsWritten`.
 */
export function textFields(
  object: JsonObject,
  { text, again }: { readonly text: string; readonly again: (parsed: unknown) => unknown },
): RecordFields | undefined {
  let numbers = 0;
  for (const value of Object.values(object)) {
    if (typeof value === 'number') numbers += 1;
    else if (typeof value !== 'string') return undefined;
  }
  if (numbers === 0) return object as RecordFields;
  const exact = mayBeRounded.test(text) ? (again(parseAsWritten(text)) as JsonObject) : object;
  for (const [name, value] of Object.entries(exact)) if (typeof value === 'number') exact[name] = String(value);
  return exact as RecordFields;
}

/** Fields of a line of NDJSON; nothing where it is no object of text and numbers. */
export function fieldsOfJson(text: string): RecordFields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? textFields(parsed, { text, again: (whole) => whole }) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
