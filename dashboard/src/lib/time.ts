/** Times are shown in the reader's zone; the API speaks UTC. */

const DATE_TIME: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
const THIS_YEAR: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
const EXACT: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium" };
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** To the minute, without the year where it is the present one; `exact`, to the second and with it. */
export function formatLocal(iso: string, exact = false, now = Date.now()): string {
  const date = new Date(iso);
  const short = date.getFullYear() === new Date(now).getFullYear() ? THIS_YEAR : DATE_TIME;
  return new Intl.DateTimeFormat(undefined, exact ? EXACT : short).format(date);
}

/** "2026-01-31 09:05:07 UTC" */
export function formatUtc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "3 minutes ago", "in 2 hours" */
export function formatRelative(iso: string, now = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1_000);
  const [unit, size] = UNITS.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** "1 h 05 min", "42 s": how long something takes or is away. */
export function formatDuration(totalSeconds: number): string {
  const seconds = Math.max(0, Math.round(totalSeconds));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3_600)} h`;
}

/** The first moment of a day that a date field gave ("2026-01-31"), in the reader's zone; "" for no date. */
export function startOfDay(day: string, later = 0): string {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return "";
  return new Date(year, month - 1, date + later).toISOString();
}

/** What two date fields, either of which may be empty, bound in the API's filters: both days whole, in the reader's zone. */
export function createdWithin(from = "", to = ""): { created_gte?: string; created_lt?: string } {
  return {
    ...(from ? { created_gte: startOfDay(from) } : {}),
    // Up to the end of that day.
    ...(to ? { created_lt: startOfDay(to, 1) } : {}),
  };
}
