/** The event log: everything that has happened, and what webhooks said of it. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { deliveryKeys, fetchDeliveries } from "./deliveries";
import { given, type ListPage, listOf, type PageQuery } from "./lists";

export const EVENT_TYPES = [
  "payment.created",
  "payment.pending",
  "payment.success",
  "payment.authorized",
  "payment.captured",
  "payment.capture_failed",
  "payment.cancelled",
  "payment.failed",
  "refund.created",
  "refund.processed",
  "refund.failed",
  "endpoint.failing",
  "endpoint.disabled",
  "endpoint.recovered",
  "delivery.exhausted",
  "endpoint.test",
] as const;

export const eventModel = mirrors<Wire["Event"]>()(
  z.object({
    id: z.string(),
    type: z.string(),
    sequence: z.number().int().nullable(),
    payment_id: z.string().nullable(),
    refund_id: z.string().nullable(),
    endpoint_id: z.string().nullable(),
    created_at: z.string(),
    body: z.record(z.string(), z.unknown()),
  }),
);
export type LoggedEvent = z.infer<typeof eventModel>;

/** As the URL's query has them. */
export type EventFilters = Partial<Record<"type" | "payment_id" | "created_gte" | "created_lt", string>>;

export const eventKeys = {
  list: (filters: EventFilters) => ["events", "list", filters] as const,
  one: (id: string) => ["events", "one", id] as const,
};

export function fetchEvents(
  filters: EventFilters,
  page: PageQuery,
  signal?: AbortSignal,
): Promise<ListPage<LoggedEvent>> {
  const query = { ...given(filters), ...page };
  return read(api.GET("/v1/events", { params: { query }, signal: signal ?? null }), listOf(eventModel));
}

export function eventQuery(id: string) {
  return queryOptions({
    queryKey: eventKeys.one(id),
    queryFn: ({ signal }) =>
      read(api.GET("/v1/events/{event_id}", { params: { path: { event_id: id } }, signal }), eventModel),
    // An event never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const calmPoll = pollWithBackoff(CALM);

export function eventDeliveriesQuery(event: LoggedEvent) {
  return queryOptions({
    queryKey: [...deliveryKeys.all, "of-event", event.id],
    queryFn: async ({ signal }) => (await fetchDeliveries({ event_id: event.id }, { limit: 100 }, signal)).data,
    refetchInterval: calmPoll,
  });
}
