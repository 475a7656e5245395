/** How webhooks are spoken of. */

import type { Delivery } from "../../api/deliveries";
import type { Endpoint } from "../../api/endpoints";
import { toWords } from "../../lib/format";
import { formatDuration } from "../../lib/time";

const ERRORS: Readonly<Record<string, string>> = {
  dns_error: "Host not found",
  connection_error: "Connection failed",
  tls_error: "No secure connection",
  timeout: "No answer in time",
  invalid_url: "Invalid URL",
  secret_unreadable: "Error of the gateway",
  internal_error: "Error of the gateway",
};

/** `error_kind` in words. */
export function errorWords(kind: string): string {
  return ERRORS[kind] ?? toWords(kind);
}

/** What the latest attempt was answered, or why there is no answer. */
export function lastAnswer(delivery: Pick<Delivery, "response_status" | "error_kind">): string {
  if (delivery.response_status !== null) return String(delivery.response_status);
  return delivery.error_kind ? errorWords(delivery.error_kind) : "–";
}

/** "in 4 min 05 s", "due now": how far away `iso` is. */
export function countdown(iso: string, now: number): string {
  const seconds = Math.ceil((new Date(iso).getTime() - now) / 1_000);
  return seconds > 0 ? `in ${formatDuration(seconds)}` : "due now";
}

/** What an endpoint is called in lists and filters. */
export function endpointName(endpoint: Pick<Endpoint, "url" | "id"> | undefined, id: string): string {
  return endpoint?.url?.replace(/^https?:\/\//, "") ?? id;
}

const REASONS: Readonly<Record<NonNullable<Endpoint["disabled_reason"]>, string>> = {
  no_url: "It has no URL yet. Nothing is kept for it until it has one.",
  requested: "It was disabled in the dashboard or by the API. Its events are held for 30 days.",
  gone: "It answered 410, which says that it wants nothing more. Its events are held for 30 days.",
  failing: "It failed for too long without a single success. Its events are held for 30 days.",
};

/** What there is to know about an endpoint that gets nothing, or that only fails; null when all is well. */
export function endpointTrouble(endpoint: Endpoint): string | null {
  if (endpoint.status === "disabled") return endpoint.disabled_reason ? REASONS[endpoint.disabled_reason] : null;
  return endpoint.failing_since ? "No attempt has succeeded since then. If it goes on, it will be disabled." : null;
}
