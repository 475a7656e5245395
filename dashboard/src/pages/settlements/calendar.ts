/** Days and months of UTC, as 2026-01-31 and 2026-01, which is how the books count them. */

/** Today, or a day after or before it. */
export function utcDay(now: number, later = 0): string {
  return new Date(now + later * 86_400_000).toISOString().slice(0, 10);
}

/** The day `later` days after `day`, or before it if less than zero. */
export function dayAfter(day: string, later: number): string {
  return utcDay(Date.parse(`${day}T00:00:00Z`), later);
}

/** Whether it is a day of the calendar, as in 2026-01-31. */
export function isDay(text: string): boolean {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(moment) && utcDay(moment) === text;
}

export function isMonth(text: string): boolean {
  return isDay(`${text}-01`);
}

export function monthAfter(month: string, later: number): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + later, 1)).toISOString().slice(0, 7);
}

export function lastDayOf(month: string): string {
  return dayAfter(`${monthAfter(month, 1)}-01`, -1);
}

/** "Jan 31, 2026": the books' day, whatever the reader's zone. */
export function formatDay(day: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" }).format(midnight(day));
}

/** "January 2026" */
export function formatMonth(month: string): string {
  const style: Intl.DateTimeFormatOptions = { year: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(undefined, style).format(midnight(`${month}-01`));
}

function midnight(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
