import { expect, it } from "vitest";
import type { Summary, Total } from "../../api/summary";
import { chosenCurrency, currenciesOf, totalOf } from "./summary";

function total(currency: string, payments: number): Total {
  return {
    currency,
    payments,
    succeeded: payments,
    failed: 0,
    success_rate: 1,
    volume: 1,
    refunds: 0,
    refunded: 0,
  };
}

const SUMMARY = { totals: [total("INR", 2), total("USD", 5)], previous: [total("JPY", 4), total("INR", 4)] };

it("names the currencies of both periods, the busiest first", () => {
  expect(currenciesOf(SUMMARY as Summary)).toEqual(["INR", "USD", "JPY"]);
});

it("takes the wanted currency where there is one", () => {
  expect(chosenCurrency(["INR", "USD"], "USD")).toBe("USD");
  expect(chosenCurrency(["INR", "USD"], "EUR")).toBe("INR");
  expect(chosenCurrency([], undefined)).toBe("INR");
});

it("has zeros for a currency without payments", () => {
  expect(totalOf(SUMMARY.totals, "JPY")).toMatchObject({ currency: "JPY", payments: 0, success_rate: null });
});
