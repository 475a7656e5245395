/** An order's amount as somebody types it. */

import { formatMoney, type ParsedAmount, parseAmount, toDecimal } from "../../lib/money";

/** The API's least, in minor units. */
const LEAST = 100;
const CURRENCY = /^[A-Z]{3}$/;

export function readOrderAmount(text: string, currency: string): ParsedAmount {
  const parsed = parseAmount(text, currency);
  if ("problem" in parsed || parsed.minor >= LEAST) return parsed;
  return { problem: `Enter at least ${toDecimal(LEAST, currency)} ${currency}.` };
}

/** What was understood, for whoever types it; null while that is no amount, or the currency is half typed. */
export function understood(amount: ParsedAmount, currency: string): string | null {
  return "minor" in amount && CURRENCY.test(currency) ? `That is ${formatMoney(amount.minor, currency)}.` : null;
}
