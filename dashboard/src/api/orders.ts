/** Orders: what is to be paid. */

import { queryOptions } from "@tanstack/react-query";
import { CALM, pollWithBackoff } from "../lib/polling";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";
import { type ListPage, listOf, type PageQuery } from "./lists";

export const ORDER_STATUSES = ["created", "authorized", "paid", "expired"] as const;
export const CAPTURES = ["automatic", "manual"] as const;

export const orderModel = mirrors<Wire["Order"]>()(
  z.object({
    id: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    receipt: z.string().nullable(),
    notes: z.record(z.string(), z.string()),
    status: z.enum(ORDER_STATUSES),
    capture: z.enum(CAPTURES),
    reusable: z.boolean(),
    expires_at: z.string().nullable(),
    created_at: z.string(),
  }),
);
export type Order = z.infer<typeof orderModel>;

export const orderKeys = {
  all: ["orders"] as const,
  list: ["orders", "list"] as const,
  one: (id: string) => ["orders", "one", id] as const,
};

export function fetchOrders(page: PageQuery, signal?: AbortSignal): Promise<ListPage<Order>> {
  return read(api.GET("/v1/orders", { params: { query: page }, signal: signal ?? null }), listOf(orderModel));
}

const calmPoll = pollWithBackoff(CALM);

export function orderQuery(id: string) {
  return queryOptions({
    queryKey: orderKeys.one(id),
    queryFn: ({ signal }) =>
      read(api.GET("/v1/orders/{order_id}", { params: { path: { order_id: id } }, signal }), orderModel),
    refetchInterval: calmPoll,
  });
}

export interface NewOrder {
  amount: number;
  currency: string;
  receipt: string;
  capture: Order["capture"];
  reusable: boolean;
}

export function createOrder({ receipt, ...rest }: NewOrder, idempotencyKey: string): Promise<Order> {
  const params = { header: { "Idempotency-Key": idempotencyKey } };
  const body = { ...rest, ...(receipt ? { receipt } : {}) };
  return read(api.POST("/v1/orders", { params, body }), orderModel);
}
