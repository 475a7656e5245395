/** API keys: what a merchant's server is known by. They are for sessions alone and take no idempotency keys. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";

export const apiKeyModel = mirrors<Wire["ApiKey"]>()(
  z.object({
    id: z.string(),
    name: z.string().nullish(),
    created_at: z.string(),
    revoked_at: z.string().nullish(),
  }),
);
export type ApiKey = z.infer<typeof apiKeyModel>;

const withSecretModel = mirrors<Wire["ApiKeyWithSecret"]>()(apiKeyModel.extend({ secret: z.string() }));
export type ApiKeyWithSecret = z.infer<typeof withSecretModel>;

export const apiKeyKeys = { all: ["api-keys"] as const };

const calmPoll = pollWithBackoff(CALM);

export function apiKeysQuery() {
  return queryOptions({
    queryKey: apiKeyKeys.all,
    queryFn: ({ signal }) => read(api.GET("/v1/api-keys", { signal }), z.object({ data: z.array(apiKeyModel) })),
    refetchInterval: calmPoll,
  });
}

export function createApiKey(name: string): Promise<ApiKeyWithSecret> {
  return read(api.POST("/v1/api-keys", { body: name ? { name } : {} }), withSecretModel);
}

export interface ApiKeyRotation {
  id: string;
  /** How long the old key works yet. */
  overlapSeconds: number;
}

export function rotateApiKey({ id, overlapSeconds }: ApiKeyRotation): Promise<ApiKeyWithSecret> {
  const params = { path: { key_id: id } };
  const body = { overlap_seconds: overlapSeconds };
  return read(api.POST("/v1/api-keys/{key_id}/rotate", { params, body }), withSecretModel);
}

export function revokeApiKey(id: string): Promise<ApiKey> {
  return read(api.DELETE("/v1/api-keys/{key_id}", { params: { path: { key_id: id } } }), apiKeyModel);
}

/** `ending`: replaced, and still working for a while. */
export function apiKeyState(key: ApiKey, now = Date.now()): "active" | "ending" | "revoked" {
  if (!key.revoked_at) return "active";
  return new Date(key.revoked_at).getTime() > now ? "ending" : "revoked";
}
