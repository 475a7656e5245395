/** What the books say of days. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { listOf } from "./lists";

export const settlementModel = mirrors<Wire["Settlement"]>()(
  z.object({
    date: z.string(),
    currency: z.string(),
    captured: z.number().int(),
    refunded: z.number().int(),
    refunds_failed: z.number().int(),
    fees: z.number().int(),
    net: z.number().int(),
    captured_count: z.number().int(),
    refunded_count: z.number().int(),
    refunds_failed_count: z.number().int(),
  }),
);
export type Settlement = z.infer<typeof settlementModel>;

const calmPoll = pollWithBackoff(CALM);

const TEXT = { parseAs: "text" } as const;

/** Both are days of UTC, such as 2026-01-31, and belong to it. */
export interface Days {
  first: string;
  last: string;
}

function queryOf({ first, last }: Days) {
  return { from_date: first, to_date: last };
}

/** What was booked on each of the days, the newest first; at most 92 of them. */
export function settlementsQuery(days: Days) {
  const query = queryOf(days);
  return queryOptions({
    queryKey: ["settlements", query],
    queryFn: ({ signal }) =>
      read(api.GET("/v1/settlements/days", { params: { query }, signal }), listOf(settlementModel)),
    refetchInterval: calmPoll,
  });
}

export function settlementQuery(day: string) {
  return queryOptions({
    queryKey: ["settlements", day],
    queryFn: ({ signal }) =>
      read(api.GET("/v1/settlements", { params: { query: { date: day } }, signal }), listOf(settlementModel)),
    refetchInterval: calmPoll,
  });
}

/** The API's own file of the days. */
export function fetchSettlementsCsv(days: Days): Promise<string> {
  const query = { ...queryOf(days), format: "csv" as const };
  return read(api.GET("/v1/settlements/days", { params: { query }, ...TEXT }), z.string());
}

/** The API's own file of one day. */
export function fetchSettlementCsv(day: string): Promise<string> {
  const query = { date: day, format: "csv" as const };
  return read(api.GET("/v1/settlements", { params: { query }, ...TEXT }), z.string());
}
