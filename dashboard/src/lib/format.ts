/** Numbers and words for readers. */

export function formatCount(count: number): string {
  return new Intl.NumberFormat().format(count);
}

export function formatPercent(share: number, digits = 1): string {
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** "payment_method" and "INSUFFICIENT_FUNDS" as "Payment method" and "Insufficient funds". */
export function toWords(name: string): string {
  const words = name.replaceAll(/[._]/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function pluralize(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export interface Change {
  direction: "up" | "down" | "same";
  /** Null where the period before had nothing to compare with. */
  share: number | null;
}

export function changeBetween(now: number, before: number): Change {
  if (now === before) return { direction: "same", share: before === 0 ? null : 0 };
  return { direction: now > before ? "up" : "down", share: before === 0 ? null : (now - before) / before };
}
