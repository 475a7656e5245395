/** Writes that have one effect, however often they are tried. */

import { hashKey, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { ApiError } from "./errors";

interface WriteOptions<Variables, Result> {
  /**
   * Names what is written, such as the refund of one payment. Whoever closes a dialog after no clear answer, and sends
   * the same from the next one, then has one effect still; without a name that ends with the component.
   */
  name?: readonly unknown[];
  /** Sends the write; `idempotencyKey` is the same when the same variables are tried again after no clear answer. */
  send: (variables: Variables, idempotencyKey: string) => Promise<Result>;
  /** Query keys, or beginnings of them, whose data the write has made old, or shows to be old by failing. */
  outdates?: readonly (readonly unknown[])[];
  onDone?: (result: Result, variables: Variables) => void;
}

interface Intention {
  body: string;
  key: string;
}

/** What was sent and not clearly answered yet. Keys are no secrets and mean nothing to another merchant. */
const intentions = new WeakMap<QueryClient, Map<string, Intention>>();

export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `dash_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** A mutation whose retries carry the idempotency key of the first try, until the API has clearly said yes or no. */
export function useWrite<Variables, Result>({ name, send, outdates = [], onDone }: WriteOptions<Variables, Result>) {
  const queries = useQueryClient();
  const unnamed = useId();
  const slot = name ? hashKey(name) : unnamed;
  return useMutation<Result, Error, Variables>({
    mutationFn: (variables) => {
      const open = intentionsOf(queries);
      const body = JSON.stringify(variables) ?? "";
      const before = open.get(slot);
      const intention = before?.body === body ? before : { body, key: newIdempotencyKey() };
      open.set(slot, intention);
      return send(variables, intention.key);
    },
    onSuccess: (result, variables) => {
      intentionsOf(queries).delete(slot);
      onDone?.(result, variables);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.definite) intentionsOf(queries).delete(slot);
    },
    // A refusal, too, says that what is shown is old. Nobody waits for it: dialogs close when the write is done.
    onSettled: () => {
      for (const queryKey of outdates) void queries.invalidateQueries({ queryKey });
    },
  });
}

function intentionsOf(queries: QueryClient): Map<string, Intention> {
  const known = intentions.get(queries) ?? new Map<string, Intention>();
  intentions.set(queries, known);
  return known;
}
