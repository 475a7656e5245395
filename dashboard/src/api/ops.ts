/** What operators watch and mend: queues, messages that no consumer could use, workers, the books. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";

export const QUEUES = ["payments", "refunds", "webhooks", "slow_webhooks"] as const;
export type QueueName = (typeof QUEUES)[number];

const queueModel = mirrors<Wire["QueueState"]>()(
  z.object({
    name: z.enum(QUEUES),
    waiting: z.number().int(),
    in_flight: z.number().int(),
    delayed: z.number().int(),
    oldest_age_seconds: z.number().int().nullish(),
    dead_letters: z.number().int(),
  }),
);
export type Queue = z.infer<typeof queueModel>;

const deadLetterModel = mirrors<Wire["DeadLetter"]>()(
  z.object({ message_id: z.string(), sent_at: z.string(), receive_count: z.number().int(), body: z.string() }),
);
export type DeadLetter = z.infer<typeof deadLetterModel>;

const differenceModel = z.object({
  subject_id: z.string(),
  account: z.string(),
  rows: z.number().int(),
  ledger: z.number().int(),
  found_at: z.string(),
});
export type Difference = z.infer<typeof differenceModel>;

const statusModel = mirrors<Wire["OpsStatus"]>()(
  z.object({
    workers: z.array(
      z.object({ name: z.string(), status: z.enum(["running", "stopped"]), ran_at: z.string().nullish() }),
    ),
    jobs: z.object({
      pending: z.number().int(),
      processing: z.number().int(),
      completed: z.number().int(),
      failed: z.number().int(),
    }),
    sweep: z.object({ ran_at: z.string().nullish() }),
    reconcile: z.object({
      ran_at: z.string().nullish(),
      checked_until: z.string().nullish(),
      differences: z.array(differenceModel),
    }),
  }),
);
export type OpsStatus = z.infer<typeof statusModel>;
export type Worker = OpsStatus["workers"][number];

const reportModel = mirrors<Wire["InvariantReport"]>()(
  z.object({
    checked_at: z.string(),
    window_hours: z.number().int(),
    invariants: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        checked: z.number().int(),
        violations: z.number().int(),
        examples: z.array(z.string()),
      }),
    ),
  }),
);
export type InvariantReport = z.infer<typeof reportModel>;
export type Invariant = InvariantReport["invariants"][number];

export const opsKeys = {
  queues: ["ops", "queues"] as const,
  deadLetters: (queue: QueueName) => ["ops", "dead-letters", queue] as const,
  status: ["ops", "status"] as const,
  invariants: ["ops", "invariants"] as const,
};

const calmPoll = pollWithBackoff(CALM);

export function queuesQuery() {
  return queryOptions({
    queryKey: opsKeys.queues,
    queryFn: ({ signal }) => read(api.GET("/v1/ops/queues", { signal }), z.object({ data: z.array(queueModel) })),
    refetchInterval: calmPoll,
  });
}

/** A look takes the messages away from others for a moment and is counted, so it is taken when asked for only. */
export function deadLettersQuery(queue: QueueName) {
  return queryOptions({
    queryKey: opsKeys.deadLetters(queue),
    queryFn: ({ signal }) =>
      read(
        api.GET("/v1/ops/dead-letters", { params: { query: { queue } }, signal }),
        z.object({ data: z.array(deadLetterModel) }),
      ),
    refetchOnWindowFocus: false,
  });
}

export function opsStatusQuery() {
  return queryOptions({
    queryKey: opsKeys.status,
    queryFn: ({ signal }) => read(api.GET("/v1/ops/status", { signal }), statusModel),
    refetchInterval: calmPoll,
  });
}

/** Runs when its page asks for it. */
export function invariantsQuery() {
  return queryOptions({
    queryKey: opsKeys.invariants,
    queryFn: ({ signal }) => read(api.GET("/v1/ops/invariants", { signal }), reportModel),
    enabled: false,
    retry: false,
  });
}

/** Back to their queue: these messages, or all of them. */
export function redriveDeadLetters(queue: QueueName, messageIds?: string[]): Promise<{ moved: number }> {
  const body = { queue, ...(messageIds ? { message_ids: messageIds } : {}) };
  return read(api.POST("/v1/ops/dead-letters/redrive", { body }), z.object({ moved: z.number().int() }));
}

export function discardDeadLetters(queue: QueueName, messageIds: string[]): Promise<{ discarded: number }> {
  const body = { queue, message_ids: messageIds };
  return read(api.POST("/v1/ops/dead-letters/discard", { body }), z.object({ discarded: z.number().int() }));
}
