import { expect, it } from "vitest";
import type { Endpoint } from "../../api/endpoints";
import { countdown, endpointName, endpointTrouble, errorWords, lastAnswer } from "./words";

const ENDPOINT: Endpoint = {
  id: "whe_1",
  url: "https://example.com/hook",
  description: "",
  events: ["*"],
  status: "enabled",
  disabled_reason: null,
  failing_since: null,
  previous_secret_expires_at: null,
  created_at: "2026-01-31T00:00:00Z",
};

it.each([
  ["2026-01-31T10:00:00.000Z", "due now"],
  ["2026-01-31T09:59:00.000Z", "due now"],
  ["2026-01-31T10:00:00.400Z", "in 1 s"],
  ["2026-01-31T10:00:05.000Z", "in 5 s"],
  ["2026-01-31T10:04:05.000Z", "in 4 min 05 s"],
  ["2026-01-31T12:30:00.000Z", "in 2 h 30 min"],
])("counts down to %s: %s", (at, text) => {
  expect(countdown(at, Date.parse("2026-01-31T10:00:00Z"))).toBe(text);
});

it("says what came back, or why nothing did", () => {
  expect(lastAnswer({ response_status: 503, error_kind: null })).toBe("503");
  expect(lastAnswer({ response_status: null, error_kind: "dns_error" })).toBe("Host not found");
  expect(lastAnswer({ response_status: null, error_kind: null })).toBe("–");
  expect(errorWords("redirect_refused")).toBe("Redirect refused");
});

it("names endpoints by their URLs, unknown ones by their ids", () => {
  expect(endpointName(ENDPOINT, "whe_1")).toBe("example.com/hook");
  expect(endpointName({ ...ENDPOINT, url: null }, "whe_1")).toBe("whe_1");
  expect(endpointName(undefined, "whe_2")).toBe("whe_2");
});

it("tells what is wrong with an endpoint", () => {
  expect(endpointTrouble(ENDPOINT)).toBeNull();
  expect(endpointTrouble({ ...ENDPOINT, failing_since: "2026-01-31T00:00:00Z" })).toMatch(/will be disabled/);
  expect(endpointTrouble({ ...ENDPOINT, status: "disabled", disabled_reason: "gone" })).toMatch(/410/);
});
