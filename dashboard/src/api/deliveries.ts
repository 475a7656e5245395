/** Webhook deliveries: one event on its way to one endpoint. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, LIVE, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { given, type ListPage, listOf, type PageQuery } from "./lists";
import type { paths } from "./schema";

export const DELIVERY_STATUSES = ["pending", "delivered", "exhausted", "held", "cancelled", "expired"] as const;

export const deliveryModel = mirrors<Wire["WebhookDelivery"]>()(
  z.object({
    id: z.string(),
    event_id: z.string(),
    event: z.string(),
    endpoint_id: z.string(),
    payment_id: z.string().nullable(),
    status: z.enum(DELIVERY_STATUSES),
    run: z.number().int(),
    attempts: z.number().int(),
    response_status: z.number().int().nullable(),
    error_kind: z.string().nullable(),
    next_attempt_at: z.string().nullable(),
    replay_id: z.string().nullable(),
    created_at: z.string(),
  }),
);
export type Delivery = z.infer<typeof deliveryModel>;

const attemptModel = mirrors<Wire["WebhookAttempt"]>()(
  z.object({
    number: z.number().int(),
    run: z.number().int(),
    started_at: z.string(),
    duration_ms: z.number().int(),
    timings: z.object({
      dns_ms: z.number().int().nullable(),
      connect_ms: z.number().int().nullable(),
      tls_ms: z.number().int().nullable(),
      first_byte_ms: z.number().int().nullable(),
    }),
    address: z.string().nullable(),
    request_headers: z.record(z.string(), z.string()).nullable(),
    response_status: z.number().int().nullable(),
    response_body: z.string().nullable(),
    response_truncated: z.boolean(),
    error_kind: z.string().nullable(),
    error: z.string().nullable(),
  }),
);
export type Attempt = z.infer<typeof attemptModel>;

export const deliveryDetailModel = mirrors<Wire["WebhookDeliveryDetail"]>()(
  deliveryModel.extend({ request_body: z.string(), attempt_log: z.array(attemptModel) }),
);
export type DeliveryDetail = z.infer<typeof deliveryDetailModel>;

/** As the URL's query has them. */
export type DeliveryFilters = Partial<
  Record<"status" | "event" | "event_id" | "endpoint_id" | "payment_id" | "created_gte" | "created_lt", string>
>;

export const deliveryKeys = {
  all: ["deliveries"] as const,
  list: (filters: DeliveryFilters) => ["deliveries", "list", filters] as const,
  ofEndpoint: (endpointId: string) => ["deliveries", "of-endpoint", endpointId] as const,
  one: (id: string) => ["deliveries", "one", id] as const,
  ofPayment: (paymentId: string) => ["deliveries", "of-payment", paymentId] as const,
};

const calmPoll = pollWithBackoff(CALM);

export function paymentDeliveriesQuery(paymentId: string) {
  return queryOptions({
    queryKey: deliveryKeys.ofPayment(paymentId),
    queryFn: ({ signal }) => {
      // Without a total, which would have to be counted.
      const query = { payment_id: paymentId, limit: 100, total: "false" as const };
      return read(api.GET("/v1/webhooks", { params: { query }, signal }), listOf(deliveryModel));
    },
    refetchInterval: calmPoll,
  });
}

type DeliveriesQuery = NonNullable<paths["/v1/webhooks"]["get"]["parameters"]["query"]>;

/** By cursor: counting a long log takes its time. */
export function fetchDeliveries(
  filters: DeliveryFilters,
  page: PageQuery,
  signal?: AbortSignal,
): Promise<ListPage<Delivery>> {
  const query = { ...given(filters), ...page, total: "false" } as DeliveriesQuery;
  return read(api.GET("/v1/webhooks", { params: { query }, signal: signal ?? null }), listOf(deliveryModel));
}

const RECENT = 10;

export function endpointDeliveriesQuery(endpointId: string) {
  return queryOptions({
    queryKey: deliveryKeys.ofEndpoint(endpointId),
    queryFn: ({ signal }) => fetchDeliveries({ endpoint_id: endpointId }, { limit: RECENT }, signal),
    refetchInterval: calmPoll,
  });
}

const livePoll = pollWithBackoff(LIVE);

export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: deliveryKeys.one(id),
    queryFn: ({ signal }) =>
      read(
        api.GET("/v1/webhooks/{delivery_id}", { params: { path: { delivery_id: id } }, signal }),
        deliveryDetailModel,
      ),
    refetchInterval: livePoll,
  });
}

/** A new run, at once and with the whole schedule before it. */
export function retryDelivery(id: string, idempotencyKey: string): Promise<Delivery> {
  const params = { path: { delivery_id: id }, header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/webhooks/{delivery_id}/retry", { params, body: {} }), deliveryModel);
}
