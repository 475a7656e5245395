import { expect, it } from "vitest";
import type { IdempotencyEntry } from "../../api/developers";
import { keyState, readScope, toneOf } from "./answers";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const DONE: IdempotencyEntry = {
  key: "k",
  scope: "test POST /payments",
  status: 201,
  request_id: "req_1",
  state: "completed",
  created_at: "2026-01-31T11:00:00Z",
  expires_at: "2026-02-01T11:00:00Z",
};

it("counts down to when a key is free again", () => {
  expect(keyState(DONE, NOW)).toMatchObject({ state: "completed", secondsLeft: 23 * 3_600 });
  const end = Date.parse("2026-02-01T11:00:00Z");
  expect(keyState(DONE, end - 1)).toMatchObject({ state: "completed", secondsLeft: 1 });
  expect(keyState(DONE, end)).toMatchObject({ state: "expired", secondsLeft: 0 });
});

it("knows of no end while the first request is under way, or where none is told", () => {
  const open: IdempotencyEntry = { key: "k", scope: DONE.scope, request_id: "req_1", state: "in_progress" };
  expect(keyState(open, NOW)).toMatchObject({ state: "in_progress", secondsLeft: null });
  expect(keyState({ ...DONE, expires_at: null }, NOW)).toMatchObject({ state: "completed", secondsLeft: null });
});

it("reads scopes", () => {
  expect(readScope("test POST /payments")).toEqual({ mode: "test", route: "POST /payments" });
  expect(readScope("live POST /payments/{payment_id}/refunds")).toEqual({
    mode: "live",
    route: "POST /payments/{payment_id}/refunds",
  });
  expect(readScope("something else")).toEqual({ mode: null, route: "something else" });
});

it.each([
  [201, "good"],
  [302, "good"],
  [404, "notice"],
  [429, "notice"],
  [503, "bad"],
])("gives %i its tone", (status, tone) => expect(toneOf(status)).toBe(tone));
