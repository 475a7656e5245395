// Why a payment failed or an order cannot be paid, in the shopper's words.

import { has, t } from "./i18n.js";

// Reasons that are told in the words of another one; a thief learns nothing from a stolen card's refusal.
const SAME = {
  lost_card: "card_declined",
  stolen_card: "card_declined",
  card_velocity_exceeded: "limit_exceeded",
  card_details_expired: "processing_error",
};

// After these, no further attempt can succeed.
const FINAL = ["ORDER_ALREADY_PAID", "ORDER_ALREADY_AUTHORIZED", "ORDER_EXPIRED"];
const STATUSES = { paid: "ORDER_ALREADY_PAID", authorized: "ORDER_ALREADY_AUTHORIZED", expired: "ORDER_EXPIRED" };
const HTTP = { 401: "KEY_REFUSED", 403: "KEY_REFUSED", 404: "ORDER_NOT_FOUND", 429: "RATE_LIMITED" };

/** What the merchant's page is told of a payment that failed; its description is what the shopper reads. */
export function failureOf({ id, failure_reason: reason }) {
  const key = SAME[reason] ?? reason;
  const description = t(has(key) ? key : "processing_error");
  return { code: "PAYMENT_FAILED", description, reason: reason ?? "processing_error", paymentId: id };
}

/** The error that an order's status is, or null while it can be paid. */
export function orderProblem({ status }) {
  const reason = STATUSES[status];
  return reason ? { code: "CONFLICT_ERROR", description: t(reason), reason } : null;
}

/** The merchant's view of a refusal of Paygate's API. */
export function refusalOf({ status, code, reason }) {
  const key = [reason, HTTP[status], "processing_error"].find(has);
  return { code, description: t(key), reason: reason ?? HTTP[status] };
}

export function isFinal({ status, reason }) {
  return FINAL.includes(reason) || [401, 403, 404].includes(status);
}

export function loadFailure() {
  return { code: "LOAD_FAILED", description: t("LOAD_FAILED") };
}
