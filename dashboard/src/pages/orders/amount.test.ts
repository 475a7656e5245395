// @vitest-environment happy-dom

import { expect, it } from "vitest";
import { readOrderAmount, understood } from "./amount";

it.each([
  ["500", "INR", { minor: 50_000 }],
  ["1", "INR", { minor: 100 }],
  ["0.99", "INR", { problem: "Enter at least 1.00 INR." }],
  ["99", "JPY", { problem: "Enter at least 100 JPY." }],
  ["0.1", "KWD", { minor: 100 }],
  ["", "INR", { problem: "Enter an amount." }],
])("reads %j %s", (text, currency, read) => expect(readOrderAmount(text, currency)).toEqual(read));

it("says what it has understood, once there is a currency", () => {
  expect(understood({ minor: 1_500 }, "KWD")).toMatch(/1\.500/);
  expect(understood({ minor: 1_500 }, "KW")).toBeNull();
  expect(understood({ problem: "Enter an amount." }, "KWD")).toBeNull();
});
