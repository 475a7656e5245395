import { expect, it } from "vitest";
import { pageOf } from "./subjects";

it.each([
  ["pay_1", "/payments/pay_1"],
  ["rfnd_1", "/refunds/rfnd_1"],
  ["order_1", "/orders/order_1"],
  ["evt_1", "/events/evt_1"],
  ["whd_1", "/webhooks/deliveries/whd_1"],
  ["merch_1", null],
])("leads from %s to %s", (id, path) => {
  expect(pageOf(id)).toBe(path);
});
