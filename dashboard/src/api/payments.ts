/** Payments, and what can be done with one. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, LIVE, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { given, type ListPage, listOf, type PageQuery } from "./lists";
import type { paths } from "./schema";

export const PAYMENT_STATUSES = [
  "pending",
  "processing",
  "success",
  "failed",
  "authorized",
  "captured",
  "cancelled",
] as const;
export const PAYMENT_METHODS = ["upi", "card"] as const;

export const paymentModel = mirrors<Wire["Payment"]>()(
  z.object({
    id: z.string(),
    order_id: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    method: z.enum(PAYMENT_METHODS),
    vpa: z.string().nullish(),
    card: z.object({ network: z.string(), last4: z.string() }).nullish(),
    status: z.enum(PAYMENT_STATUSES),
    failure_reason: z.string().nullish(),
    amount_captured: z.number().int().nullish(),
    amount_refunded: z.number().int().nullish(),
    capture_before: z.string().nullish(),
    pending_action: z.enum(["capture", "cancel"]).nullish(),
    capture_failure_reason: z.string().nullish(),
    created_at: z.string(),
  }),
);
export type Payment = z.infer<typeof paymentModel>;

const timelineModel = mirrors<Wire["Timeline"]>()(
  z.object({
    data: z.array(
      z.object({
        id: z.string(),
        type: z.string(),
        sequence: z.number().int(),
        refund_id: z.string().nullish(),
        created_at: z.string(),
      }),
    ),
  }),
);
export type TimelineEntry = z.infer<typeof timelineModel>["data"][number];

/** As the URL's query has them. */
export type PaymentFilters = Partial<
  Record<"status" | "method" | "order_id" | "vpa" | "card_last4" | "created_gte" | "created_lt", string>
>;

export const paymentKeys = {
  all: ["payments"] as const,
  list: (filters: PaymentFilters) => ["payments", "list", filters] as const,
  one: (id: string) => ["payments", "one", id] as const,
  timeline: (id: string) => ["payments", "one", id, "timeline"] as const,
};

type PaymentsQuery = NonNullable<paths["/v1/payments"]["get"]["parameters"]["query"]>;

export function fetchPayments(
  filters: PaymentFilters,
  page: PageQuery,
  signal?: AbortSignal,
): Promise<ListPage<Payment>> {
  // What a link's query says besides is for the API to refuse, with its own words.
  const query = { ...given(filters), ...page } as PaymentsQuery;
  return read(api.GET("/v1/payments", { params: { query }, signal: signal ?? null }), listOf(paymentModel));
}

const livePoll = pollWithBackoff(LIVE);

export function paymentQuery(id: string) {
  return queryOptions({
    queryKey: paymentKeys.one(id),
    queryFn: ({ signal }) =>
      read(api.GET("/v1/payments/{payment_id}", { params: { path: { payment_id: id } }, signal }), paymentModel),
    refetchInterval: livePoll,
  });
}

const calmPoll = pollWithBackoff(CALM);

export function timelineQuery(id: string) {
  return queryOptions({
    queryKey: paymentKeys.timeline(id),
    queryFn: ({ signal }) =>
      read(
        api.GET("/v1/payments/{payment_id}/timeline", { params: { path: { payment_id: id } }, signal }),
        timelineModel,
      ),
    refetchInterval: calmPoll,
  });
}

export function capturePayment(id: string, amount: number, idempotencyKey: string): Promise<Payment> {
  const params = { path: { payment_id: id }, header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/payments/{payment_id}/capture", { params, body: { amount } }), paymentModel);
}

export function cancelPayment(id: string, idempotencyKey: string): Promise<Payment> {
  const params = { path: { payment_id: id }, header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/payments/{payment_id}/cancel", { params, body: {} }), paymentModel);
}

/** What may still be given back: captured less refunded; nothing before anything was captured. */
export function leftToRefund(payment: Payment): number {
  const captured = payment.amount_captured ?? (["success", "captured"].includes(payment.status) ? payment.amount : 0);
  return Math.max(0, captured - (payment.amount_refunded ?? 0));
}
