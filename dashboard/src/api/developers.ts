/** What helps to find out what happened: the last day's requests, and what became of an idempotency key. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { CALM, LIVE, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";

const requestListModel = mirrors<Wire["RequestList"]>()(
  z.object({
    data: z.array(
      z.object({
        request_id: z.string(),
        at: z.string(),
        route: z.string(),
        status: z.number().int(),
        code: z.string().nullish(),
        duration_ms: z.number(),
        original_request_id: z.string().nullish(),
      }),
    ),
    complete: z.boolean(),
  }),
);
export type LoggedRequest = z.infer<typeof requestListModel>["data"][number];

const SHOWN = 100;
/** A look reads the log of a whole day, window by window. */
const SELDOM_MS = 30_000;
const seldomPoll = pollWithBackoff({ soonest: SELDOM_MS, longest: 300_000 });
const calmPoll = pollWithBackoff(CALM);

export function requestsQuery(requestId: string | undefined, failedOnly: boolean) {
  const query = {
    limit: SHOWN,
    ...(requestId ? { request_id: requestId } : {}),
    ...(failedOnly ? { failed: true } : {}),
  };
  return queryOptions({
    queryKey: ["requests", query],
    queryFn: ({ signal }) => read(api.GET("/v1/requests", { params: { query }, signal }), requestListModel),
    placeholderData: keepPreviousData,
    staleTime: SELDOM_MS,
    // One request is looked for in the minute of its id alone, and comes into the log some seconds late.
    refetchInterval: (query) => (requestId && query.state.data?.data.length === 0 ? calmPoll : seldomPoll)(query),
  });
}

const idempotencyKeyListModel = mirrors<Wire["IdempotencyKeyList"]>()(
  z.object({
    data: z.array(
      z.object({
        key: z.string(),
        scope: z.string(),
        status: z.number().int().nullish(),
        request_id: z.string(),
        state: z.enum(["completed", "in_progress"]),
        created_at: z.string().nullish(),
        expires_at: z.string().nullish(),
      }),
    ),
  }),
);
export type IdempotencyEntry = z.infer<typeof idempotencyKeyListModel>["data"][number];

const livePoll = pollWithBackoff(LIVE);

export function idempotencyKeyQuery(key: string) {
  return queryOptions({
    queryKey: ["idempotency-keys", key],
    queryFn: ({ signal }) =>
      read(api.GET("/v1/idempotency-keys", { params: { query: { key } }, signal }), idempotencyKeyListModel),
    refetchInterval: livePoll,
  });
}
