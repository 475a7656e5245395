/** Replays: many deliveries that are sent again. */

import { queryOptions } from "@tanstack/react-query";
import { LIVE, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { given } from "./lists";

export const replayModel = mirrors<Wire["WebhookReplay"]>()(
  z.object({
    id: z.string(),
    status: z.enum(["running", "done"]),
    total: z.number().int(),
    ended: z.number().int(),
    delivered: z.number().int(),
    created_at: z.string(),
  }),
);
export type Replay = z.infer<typeof replayModel>;

const countModel = mirrors<Wire["WebhookReplayCount"]>()(z.object({ count: z.number().int() }));

/** Which deliveries; without a status those that were held or given up. */
export type ReplayFilters = Partial<
  Record<"status" | "event" | "endpoint_id" | "payment_id" | "created_gte" | "created_lt", string>
>;

export const replayKeys = {
  count: (filters: ReplayFilters) => ["replays", "count", filters] as const,
  one: (id: string) => ["replays", "one", id] as const,
};

function bodyOf(filters: ReplayFilters): Wire["ReplayWebhooksBody"] {
  return given(filters) as Wire["ReplayWebhooksBody"];
}

/** How many a replay would send: asked anew each time that somebody is to confirm it. */
export function replayCountQuery(filters: ReplayFilters) {
  return queryOptions({
    queryKey: replayKeys.count(filters),
    queryFn: ({ signal }) =>
      read(api.POST("/v1/webhooks/replay", { body: { ...bodyOf(filters), dry_run: true }, signal }), countModel),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function startReplay(filters: ReplayFilters, idempotencyKey: string): Promise<Replay> {
  const params = { header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/webhooks/replay", { params, body: bodyOf(filters) }), replayModel);
}

const livePoll = pollWithBackoff(LIVE);

export function replayQuery(id: string) {
  return queryOptions({
    queryKey: replayKeys.one(id),
    queryFn: ({ signal }) =>
      read(api.GET("/v1/webhooks/replays/{replay_id}", { params: { path: { replay_id: id } }, signal }), replayModel),
    refetchInterval: (query) => (query.state.data?.status === "done" ? false : livePoll(query)),
  });
}
