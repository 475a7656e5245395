/** What Home shows: a period's totals, against the period before. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Pace, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";

export const PERIODS = ["24h", "7d", "30d"] as const;
export type Period = (typeof PERIODS)[number];

const totalModel = z.object({
  currency: z.string(),
  payments: z.number().int(),
  succeeded: z.number().int(),
  failed: z.number().int(),
  success_rate: z.number().nullable(),
  volume: z.number().int(),
  refunds: z.number().int(),
  refunded: z.number().int(),
});

export const summaryModel = mirrors<Wire["Summary"]>()(
  z.object({
    period: z.enum(PERIODS),
    from: z.string(),
    to: z.string(),
    totals: z.array(totalModel),
    previous: z.array(totalModel),
    series: z.array(
      z.object({
        at: z.string(),
        currency: z.string(),
        succeeded: z.number().int(),
        failed: z.number().int(),
        volume: z.number().int(),
        refunded: z.number().int(),
      }),
    ),
    failures: z.array(z.object({ reason: z.string(), count: z.number().int() })),
    webhooks: z.object({
      delivered: z.number().int(),
      failed: z.number().int(),
      pending: z.number().int(),
      held: z.number().int(),
      endpoints: z.array(
        z.object({
          id: z.string(),
          url: z.string().nullable(),
          status: z.enum(["enabled", "disabled"]),
          failing_since: z.string().nullish(),
        }),
      ),
    }),
  }),
);
export type Summary = z.infer<typeof summaryModel>;
export type Total = z.infer<typeof totalModel>;
export type SeriesPoint = Summary["series"][number];

const PACE: Pace = { soonest: 10_000, longest: 180_000 };
const poll = pollWithBackoff(PACE);

export function summaryQuery(period: Period) {
  return queryOptions({
    queryKey: ["summary", period],
    queryFn: ({ signal }) =>
      read(api.GET("/v1/dashboard/summary", { params: { query: { period } }, signal }), summaryModel),
    refetchInterval: poll,
    placeholderData: keepPreviousData,
  });
}
