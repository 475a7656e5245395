import { expect, it } from "vitest";
import { changeBetween, formatCount, formatPercent, pluralize, toWords } from "./format";

it.each([
  ["payment_method", "Payment method"],
  ["INSUFFICIENT_FUNDS", "Insufficient funds"],
  ["payment.success", "Payment success"],
  ["", ""],
])("%j in words is %j", (name, words) => expect(toWords(name)).toBe(words));

it.each([
  [0, "0 rows"],
  [1, "1 row"],
  [1_234, "1,234 rows"],
])("%i of them are %s", (count, words) => expect(pluralize(count, "row")).toBe(words));

it("knows irregular plurals that it is told", () => {
  expect(pluralize(1, "message is", "messages are")).toBe("1 message is");
  expect(pluralize(2, "message is", "messages are")).toBe("2 messages are");
});

it("groups digits and rounds shares", () => {
  expect(formatCount(1_234_567)).toBe("1,234,567");
  expect(formatPercent(0.98765)).toBe("98.8%");
  expect(formatPercent(1)).toBe("100%");
  expect(formatPercent(0.98765, 0)).toBe("99%");
});

it.each([
  [0, 0, { direction: "same", share: null }],
  [5, 5, { direction: "same", share: 0 }],
  [5, 0, { direction: "up", share: null }],
  [15, 10, { direction: "up", share: 0.5 }],
  [5, 10, { direction: "down", share: -0.5 }],
])("from %i before %i", (now, before, change) => expect(changeBetween(now, before)).toEqual(change));
