import { expect, it } from "vitest";
import type { Settlement } from "../../api/settlements";
import { statementLines } from "./statement";

const DAY: Settlement = {
  date: "2026-01-31",
  currency: "INR",
  captured: 100_000,
  refunded: 30_000,
  refunds_failed: 5_000,
  fees: 2_360,
  net: 72_640,
  captured_count: 4,
  refunded_count: 2,
  refunds_failed_count: 1,
};

it("adds up to the net amount", () => {
  const sum = statementLines(DAY).reduce((total, line) => total + line.amount, 0);
  expect(sum).toBe(DAY.net);
});

it("takes off what goes out, and counts what is counted", () => {
  expect(statementLines(DAY).map(({ id, count, amount }) => [id, count, amount])).toEqual([
    ["captured", 4, 100_000],
    ["refunded", 2, -30_000],
    ["refunds_failed", 1, 5_000],
    ["fees", null, -2_360],
  ]);
});

it("has no minus zero", () => {
  const amounts = statementLines({ ...DAY, refunded: 0, fees: 0 }).map((line) => line.amount);
  expect(amounts.some((amount) => Object.is(amount, -0))).toBe(false);
});
