/** What the replay's form holds, and what it asks the API for. */

import type { DeliveryFilters } from "../../api/deliveries";
import type { ReplayFilters } from "../../api/replays";
import { createdWithin } from "../../lib/time";

/** Without a status: held or exhausted. What is pending is under way already. */
export const REPLAY_STATUSES = ["held", "exhausted", "delivered", "expired", "cancelled"] as const;

/** Texts of the fields; an empty one narrows nothing. Days are in the reader's zone. */
export interface ReplayForm {
  status: string;
  event: string;
  endpoint_id: string;
  payment_id: string;
  from: string;
  to: string;
}

export type ReplayProblems = Partial<Record<keyof ReplayForm, string>>;

const PAYMENT_ID = /^pay_\w+$/;

/** The form as the list of deliveries is narrowed. */
export function formFor(filters: Omit<DeliveryFilters, "created_gte" | "created_lt"> & { from?: string; to?: string }) {
  const status = (REPLAY_STATUSES as readonly string[]).includes(filters.status ?? "") ? filters.status : "";
  const { event = "", endpoint_id = "", payment_id = "", from = "", to = "" } = filters;
  return { status: status ?? "", event, endpoint_id, payment_id, from, to } satisfies ReplayForm;
}

export function problemsOf(form: ReplayForm): ReplayProblems {
  const problems: ReplayProblems = {};
  const paymentId = form.payment_id.trim();
  if (paymentId && !PAYMENT_ID.test(paymentId)) problems.payment_id = "A payment’s id begins with pay_.";
  if (form.from && form.to && form.to < form.from) problems.to = "This day is before the first one.";
  return problems;
}

/** What to ask for; both days are meant whole. */
export function filtersOf(form: ReplayForm): ReplayFilters {
  const { status, event, endpoint_id } = form;
  const all = {
    status,
    event,
    endpoint_id,
    payment_id: form.payment_id.trim(),
    ...createdWithin(form.from, form.to),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}
