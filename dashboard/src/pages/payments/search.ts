/** What a text in the payments' search can mean. */

import type { PaymentFilters } from "../../api/payments";

export type Search =
  | { open: string }
  | { filters: Required<Pick<PaymentFilters, "order_id" | "vpa" | "card_last4">> }
  | { problem: string };

const NOTHING = { order_id: "", vpa: "", card_last4: "" };
const PAYMENT_ID = /^pay_\w+$/;
const ORDER_ID = /^order_\w+$/;
const VPA = /^[^@\s]+@[^@\s]+$/;
const LAST4 = /^\d{4}$/;

/** A payment's id leads to the payment, anything else narrows the list. */
export function parseSearch(text: string): Search {
  if (text === "") return { filters: NOTHING };
  if (PAYMENT_ID.test(text)) return { open: text };
  if (ORDER_ID.test(text)) return { filters: { ...NOTHING, order_id: text } };
  if (VPA.test(text)) return { filters: { ...NOTHING, vpa: text } };
  if (LAST4.test(text)) return { filters: { ...NOTHING, card_last4: text } };
  return { problem: "Enter a payment id, an order id, a UPI address or a card’s last four digits." };
}
