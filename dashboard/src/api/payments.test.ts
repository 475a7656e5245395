import { expect, it } from "vitest";
import { leftToRefund, type Payment } from "./payments";

const PAYMENT: Payment = {
  id: "pay_1",
  order_id: "order_1",
  amount: 1_000,
  currency: "INR",
  method: "upi",
  status: "success",
  created_at: "2026-01-31T00:00:00Z",
};

it.each<[Partial<Payment>, number]>([
  [{}, 1_000],
  [{ amount_refunded: 300 }, 700],
  [{ amount_refunded: 1_000 }, 0],
  [{ status: "captured", amount_captured: 600, amount_refunded: 100 }, 500],
  [{ status: "authorized" }, 0],
  [{ status: "failed" }, 0],
  [{ status: "pending" }, 0],
])("%j leaves %i to refund", (changes, left) => expect(leftToRefund({ ...PAYMENT, ...changes })).toBe(left));
