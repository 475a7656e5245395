// @vitest-environment happy-dom

import { focusManager, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pause, pollWithBackoff } from "./polling";

const PACE = { soonest: 1_000, longest: 8_000 };

describe("pause", () => {
  it.each([
    [0, 0, 1_000],
    [1, 0, 1_500],
    [3, 0, 3_375],
    [50, 0, 8_000],
    [0, 1, 2_000],
    [0, 2, 4_000],
    [1, 1, 3_000],
    [0, 60, 8_000],
  ])("after %i times nothing new and %i failures is %i ms", (unchanged, failures, ms) => {
    expect(pause(PACE, unchanged, failures)).toBe(ms);
  });
});

describe("pollWithBackoff", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watch(answer: () => unknown) {
    const asked: number[] = [];
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    const observer = new QueryObserver(client, {
      queryKey: ["thing"],
      queryFn: async () => {
        asked.push(Date.now());
        return answer();
      },
      refetchInterval: pollWithBackoff(PACE),
    });
    return { asked, stop: observer.subscribe(() => {}) };
  }

  function pauses(asked: readonly number[]): number[] {
    return asked.slice(1).map((moment, place) => moment - (asked[place] ?? 0));
  }

  it("asks ever more seldom while nothing changes", async () => {
    const { asked, stop } = watch(() => ({ status: "pending" }));
    await vi.advanceTimersByTimeAsync(20_000);
    stop();
    expect(pauses(asked)).toEqual([1_000, 1_500, 2_250, 3_375, 5_063]);
  });

  it("is quick again once something has changed", async () => {
    let status = "pending";
    const { asked, stop } = watch(() => ({ status }));
    await vi.advanceTimersByTimeAsync(3_000);
    status = "success";
    await vi.advanceTimersByTimeAsync(4_000);
    stop();
    expect(pauses(asked)).toEqual([1_000, 1_500, 2_250, 1_000]);
  });

  it("does not ask by itself again when there never was an answer", async () => {
    const { asked, stop } = watch(() => {
      throw new Error("not found");
    });
    await vi.advanceTimersByTimeAsync(60_000);
    stop();
    expect(asked).toHaveLength(1);
  });

  it("does not ask while the tab is hidden", async () => {
    const { asked, stop } = watch(() => ({ status: "pending" }));
    await vi.advanceTimersByTimeAsync(500);
    focusManager.setFocused(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    focusManager.setFocused(true);
    await vi.advanceTimersByTimeAsync(500);
    stop();
    focusManager.setFocused(undefined);
    expect(asked).toHaveLength(2);
  });

  it("doubles its pause with each failure and recovers", async () => {
    let broken = false;
    let status = "pending";
    const { asked, stop } = watch(() => {
      if (broken) throw new Error("broken");
      return { status };
    });
    await vi.advanceTimersByTimeAsync(500);
    broken = true;
    await vi.advanceTimersByTimeAsync(7_000);
    broken = false;
    status = "success";
    await vi.advanceTimersByTimeAsync(10_500);
    stop();
    expect(pauses(asked)).toEqual([1_000, 2_000, 4_000, 8_000, 1_000, 1_500]);
  });
});
