/** What answers of the API mean to whoever looks for mistakes. */

import type { IdempotencyEntry } from "../../api/developers";

/** By HTTP status: done, refused, or broken. */
export function toneOf(status: number): "good" | "notice" | "bad" {
  if (status < 400) return "good";
  return status < 500 ? "notice" : "bad";
}

export interface KeyState {
  state: "in_progress" | "completed" | "expired";
  /** What the next request with the key gets. */
  next: string;
  /** Seconds until the key is free again; null while nobody knows. */
  secondsLeft: number | null;
}

/** What holds of an idempotency key on one route. */
export function keyState(entry: IdempotencyEntry, now: number): KeyState {
  if (entry.state === "in_progress") {
    return { state: "in_progress", next: "409 until the first request is done.", secondsLeft: null };
  }
  const left = entry.expires_at ? Math.ceil((new Date(entry.expires_at).getTime() - now) / 1_000) : null;
  if (left !== null && left <= 0) {
    return { state: "expired", next: "An effect of its own: the key is free again.", secondsLeft: 0 };
  }
  return {
    state: "completed",
    next: "The first answer once more; with another body, a 422.",
    secondsLeft: left,
  };
}

/** "test POST /payments" in its parts: whether it was in test mode or live, and the route. */
export function readScope(scope: string): { mode: string | null; route: string } {
  const [, mode = null, route = scope] = /^(test|live) (.+)$/.exec(scope) ?? [];
  return { mode, route };
}
