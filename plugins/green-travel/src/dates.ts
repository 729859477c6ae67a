const utc8OffsetMs = 8 * 3_600_000;
const pattern = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const century = { from: Date.UTC(2000, 0, 1), before: Date.UTC(2100, 0, 1) };

/** Reads a Beijing time such as `2018-09-01 11:18:07` or `2016/8/13 16:17`; undefined for anything that is no real time of this century. */
export function beijingTime(text: string | undefined): number | undefined {
  const parts = pattern.exec(text?.trim() ?? '');
  if (parts === null) return undefined;
  const local = realTime(parts.slice(1).map((part: string | undefined) => Number(part ?? 0)));
  return local === undefined ? undefined : local - utc8OffsetMs;
}

/** Milliseconds of year, month, day, hour, minute, second read as UTC; undefined where the calendar or the clock has no such time. */
export function realTime(parts: readonly number[]): number | undefined {
  const [year, month, date, hour, minute, second] = [0, 1, 2, 3, 4, 5].map((at) => parts[at] ?? 0) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = Date.UTC(year, month - 1, date, hour, minute, second);
  const back = new Date(at);
  const isReal = back.getUTCMonth() === month - 1 && back.getUTCDate() === date && back.getUTCHours() === hour;
  return isReal && minute <= 59 && isPlausible(at) ? at : undefined;
}

export function isPlausible(at: number): boolean {
  return at >= century.from && at < century.before;
}

/** Reads an ISO instant with its zone. */
export function isoInstant(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(text))
    return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) || !isPlausible(at) ? undefined : at;
}
