import { expect, it } from "vitest";
import { parseSearch } from "./search";

const NOTHING = { order_id: "", vpa: "", card_last4: "" };

it.each([
  ["", { filters: NOTHING }],
  ["pay_01Abc", { open: "pay_01Abc" }],
  ["order_test_123", { filters: { ...NOTHING, order_id: "order_test_123" } }],
  ["User.Name@paytm", { filters: { ...NOTHING, vpa: "User.Name@paytm" } }],
  ["4242", { filters: { ...NOTHING, card_last4: "4242" } }],
])("%j is understood", (text, meant) => expect(parseSearch(text)).toEqual(meant));

it.each(["42424", "something", "pay_", "a b@c"])("%j is refused with a hint", (text) => {
  expect(parseSearch(text)).toHaveProperty("problem");
});
