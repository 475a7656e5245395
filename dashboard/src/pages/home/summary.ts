/** The summary's figures by currency. */

import type { Summary, Total } from "../../api/summary";

const NOTHING: Omit<Total, "currency"> = {
  payments: 0,
  succeeded: 0,
  failed: 0,
  success_rate: null,
  volume: 0,
  refunds: 0,
  refunded: 0,
};
const CURRENCY_DEFAULT = "INR";

/** Those of either period, the busiest first. */
export function currenciesOf(summary: Summary): string[] {
  const payments = new Map<string, number>();
  for (const total of [...summary.totals, ...summary.previous]) {
    payments.set(total.currency, (payments.get(total.currency) ?? 0) + total.payments);
  }
  return [...payments].sort(([a, most], [b, least]) => least - most || a.localeCompare(b)).map(([each]) => each);
}

export function chosenCurrency(currencies: readonly string[], wanted: string | undefined): string {
  return currencies.find((each) => each === wanted) ?? currencies[0] ?? CURRENCY_DEFAULT;
}

export function totalOf(totals: readonly Total[], currency: string): Total {
  return totals.find((total) => total.currency === currency) ?? { currency, ...NOTHING };
}
