/** Webhook endpoints: where a merchant's events go, and which of them. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { type Delivery, deliveryModel } from "./deliveries";
import { listOf } from "./lists";

export const endpointModel = mirrors<Wire["WebhookEndpoint"]>()(
  z.object({
    id: z.string(),
    url: z.string().nullable(),
    description: z.string(),
    events: z.array(z.string()),
    status: z.enum(["enabled", "disabled"]),
    disabled_reason: z.enum(["no_url", "requested", "gone", "failing"]).nullable(),
    failing_since: z.string().nullable(),
    previous_secret_expires_at: z.string().nullable(),
    created_at: z.string(),
  }),
);
export type Endpoint = z.infer<typeof endpointModel>;

const withSecretModel = mirrors<Wire["WebhookEndpointWithSecret"]>()(endpointModel.extend({ secret: z.string() }));
export type EndpointWithSecret = z.infer<typeof withSecretModel>;

export const endpointKeys = {
  all: ["endpoints"] as const,
  list: ["endpoints", "list"] as const,
  one: (id: string) => ["endpoints", "one", id] as const,
};

const calmPoll = pollWithBackoff(CALM);

/** All of them; there are fifty at most. */
export function endpointsQuery() {
  return queryOptions({
    queryKey: endpointKeys.list,
    queryFn: ({ signal }) => read(api.GET("/v1/webhook-endpoints", { signal }), listOf(endpointModel)),
    refetchInterval: calmPoll,
  });
}

export function endpointQuery(id: string) {
  return queryOptions({
    queryKey: endpointKeys.one(id),
    queryFn: ({ signal }) =>
      read(
        api.GET("/v1/webhook-endpoints/{endpoint_id}", { params: { path: { endpoint_id: id } }, signal }),
        endpointModel,
      ),
    refetchInterval: calmPoll,
  });
}

export interface EndpointSettings {
  url: string;
  description: string;
  events: string[];
}

export function createEndpoint(settings: EndpointSettings, idempotencyKey: string): Promise<EndpointWithSecret> {
  const params = { header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/webhook-endpoints", { params, body: settings }), withSecretModel);
}

export interface EndpointChange extends Partial<EndpointSettings> {
  status?: Endpoint["status"];
}

export function updateEndpoint(id: string, change: EndpointChange): Promise<Endpoint> {
  const params = { path: { endpoint_id: id } };
  return read(api.PATCH("/v1/webhook-endpoints/{endpoint_id}", { params, body: change }), endpointModel);
}

export function deleteEndpoint(id: string): Promise<{ id: string }> {
  const params = { path: { endpoint_id: id } };
  return read(api.DELETE("/v1/webhook-endpoints/{endpoint_id}", { params }), z.object({ id: z.string() }));
}

/** The old secret signs as well for `overlapSeconds`. */
export function rotateSecret(id: string, overlapSeconds: number, idempotencyKey: string): Promise<EndpointWithSecret> {
  const params = { path: { endpoint_id: id }, header: { "Idempotency-Key": idempotencyKey } };
  const body = { overlap_seconds: overlapSeconds };
  return read(api.POST("/v1/webhook-endpoints/{endpoint_id}/rotate-secret", { params, body }), withSecretModel);
}

export function sendTest(id: string, idempotencyKey: string): Promise<Delivery> {
  const params = { path: { endpoint_id: id }, header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/webhook-endpoints/{endpoint_id}/test", { params, body: {} }), deliveryModel);
}
