// @vitest-environment happy-dom

import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { requestsQuery } from "./developers";

const REQUEST = {
  request_id: "req_1",
  at: "2026-01-31T00:00:00Z",
  route: "GET /orders",
  status: 200,
  duration_ms: 1,
};
let asked: number[];
let found: object[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  found = [REQUEST];
  vi.stubGlobal("fetch", async () => {
    asked.push(Date.now());
    return new Response(JSON.stringify({ data: found, complete: true }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function pauses(requestId: string | undefined, milliseconds: number): Promise<number[]> {
  const stop = new QueryObserver(new QueryClient(), requestsQuery(requestId, false)).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(milliseconds);
  stop();
  return asked.slice(1).map((moment, place) => moment - (asked[place] ?? 0));
}

it("looks into the log every 30 seconds at most, ever more seldom", async () => {
  expect(await pauses(undefined, 150_000)).toEqual([30_000, 45_000, 67_500]);
});

it("looks for one request sooner until it is in the log", async () => {
  found = [];
  expect(await pauses("req_1", 6_000)).toEqual([5_000]);
  asked = [];
  found = [REQUEST];
  expect(await pauses("req_1", 40_000)).toEqual([30_000]);
});
