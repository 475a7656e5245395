/** The books. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { listOf } from "./lists";

export const journalModel = mirrors<Wire["Journal"]>()(
  z.object({
    id: z.string(),
    type: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    payment_id: z.string(),
    refund_id: z.string().nullable(),
    entries: z.array(
      z.object({ account: z.string(), direction: z.enum(["debit", "credit"]), amount: z.number().int() }),
    ),
    created_at: z.string(),
  }),
);
export type Journal = z.infer<typeof journalModel>;

const calmPoll = pollWithBackoff(CALM);

export function paymentLedgerQuery(paymentId: string) {
  return queryOptions({
    queryKey: ["ledger", "of-payment", paymentId],
    queryFn: ({ signal }) => {
      const query = { payment_id: paymentId, limit: 100 };
      return read(api.GET("/v1/ledger", { params: { query }, signal }), listOf(journalModel));
    },
    refetchInterval: calmPoll,
  });
}

export function refundLedgerQuery(refundId: string) {
  return queryOptions({
    queryKey: ["ledger", "of-refund", refundId],
    queryFn: ({ signal }) => {
      const query = { refund_id: refundId, limit: 100 };
      return read(api.GET("/v1/ledger", { params: { query }, signal }), listOf(journalModel));
    },
    refetchInterval: calmPoll,
  });
}
