/** Refunds. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, LIVE, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { given, type ListPage, listOf, type PageQuery } from "./lists";
import type { paths } from "./schema";

export const REFUND_STATUSES = ["pending", "processed", "failed"] as const;

export const refundModel = mirrors<Wire["Refund"]>()(
  z.object({
    id: z.string(),
    payment_id: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    reason: z.string().nullable(),
    status: z.enum(REFUND_STATUSES),
    failure_reason: z.string().nullable(),
    created_at: z.string(),
  }),
);
export type Refund = z.infer<typeof refundModel>;

/** As the URL's query has them. */
export type RefundFilters = Partial<Record<"status" | "payment_id" | "created_gte" | "created_lt", string>>;

export const refundKeys = {
  all: ["refunds"] as const,
  list: (filters: RefundFilters) => ["refunds", "list", filters] as const,
  one: (id: string) => ["refunds", "one", id] as const,
  ofPayment: (paymentId: string) => ["refunds", "of-payment", paymentId] as const,
};

type RefundsQuery = NonNullable<paths["/v1/refunds"]["get"]["parameters"]["query"]>;

export function fetchRefunds(filters: RefundFilters, page: PageQuery, signal?: AbortSignal): Promise<ListPage<Refund>> {
  const query = { ...given(filters), ...page } as RefundsQuery;
  return read(api.GET("/v1/refunds", { params: { query }, signal: signal ?? null }), listOf(refundModel));
}

const livePoll = pollWithBackoff(LIVE);

export function refundQuery(id: string) {
  return queryOptions({
    queryKey: refundKeys.one(id),
    queryFn: ({ signal }) =>
      read(api.GET("/v1/refunds/{refund_id}", { params: { path: { refund_id: id } }, signal }), refundModel),
    refetchInterval: livePoll,
  });
}

const calmPoll = pollWithBackoff(CALM);

export function paymentRefundsQuery(paymentId: string) {
  return queryOptions({
    queryKey: refundKeys.ofPayment(paymentId),
    queryFn: ({ signal }) => {
      const params = { path: { payment_id: paymentId }, query: { limit: 100 } };
      return read(api.GET("/v1/payments/{payment_id}/refunds", { params, signal }), listOf(refundModel));
    },
    refetchInterval: calmPoll,
  });
}

export interface NewRefund {
  paymentId: string;
  amount: number;
  reason: string;
}

export function createRefund({ paymentId, amount, reason }: NewRefund, idempotencyKey: string): Promise<Refund> {
  const params = { path: { payment_id: paymentId }, header: { "Idempotency-Key": idempotencyKey } };
  const body = { amount, ...(reason ? { reason } : {}) };
  return read(api.POST("/v1/payments/{payment_id}/refunds", { params, body }), refundModel);
}
