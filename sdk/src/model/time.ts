/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A calendar day in UTC+8, `YYYY-MM-DD`. */
export type Day = string & { readonly __day: true };

const utc8OffsetMs = 8 * 3600_000;
const dayMs = 86_400_000;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

let cachedDayNumber = Number.NaN;
let cachedDay = '' as Day;

/** The calendar day in UTC+8 that an instant falls on. */
export function dayOf(at: Instant): Day {
  const dayNumber = Math.floor((at + utc8OffsetMs) / dayMs);
  if (dayNumber !== cachedDayNumber) {
    cachedDay = new Date(dayNumber * dayMs).toISOString().slice(0, 10) as Day;
    cachedDayNumber = dayNumber;
  }
  return cachedDay;
}

/** The first instant of a calendar day in UTC+8. */
export function startOfDay(day: Day): Instant {
  return Date.parse(`${day}T00:00:00Z`) - utc8OffsetMs;
}

/** Days since 1970-01-01, as a leaf carries them. */
export function dayNumberOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMs;
}

export function dayFromNumber(dayNumber: number): Day {
  return new Date(dayNumber * dayMs).toISOString().slice(0, 10) as Day;
}

export function addDays(day: Day, count: number): Day {
  return dayFromNumber(dayNumberOf(day) + count);
}

/** Reads `YYYY-MM-DD`; undefined for anything that is not a real calendar day. */
export function parseDay(text: string): Day | undefined {
  if (!dayPattern.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : (text as Day);
}
