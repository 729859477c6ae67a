/** A thing that must never happen did: logged in full, answered as a bare 500, never swallowed. */
export class Defect extends Error {
  override readonly name = 'Defect';
}

/** 断言: kept on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Defect(message);
}

/** Takes the value that must be there. */
export function required<Value>(value: Value | undefined | null, what: string): Value {
  if (value === undefined || value === null) throw new Defect(`missing: ${what}`);
  return value;
}
