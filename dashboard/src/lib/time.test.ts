import { describe, expect, it } from "vitest";
import { createdWithin, formatDuration, formatLocal, formatRelative, formatUtc, startOfDay } from "./time";

// The reader is in Kolkata (vite.config.ts): five and a half hours ahead of UTC, summer and winter.

describe("formatLocal", () => {
  it.each([
    ["2026-01-31T20:04:05Z", "Feb 1, 2026", "1:34"],
    ["2026-07-31T20:04:05Z", "Aug 1, 2026", "1:34"],
    ["2026-01-31T18:29:59Z", "Jan 31, 2026", "11:59"],
    ["2026-01-31T23:00:00-05:00", "Feb 1, 2026", "9:30"],
  ])("%s is %s, %s there", (iso, day, time) => {
    const nextYear = Date.parse("2026-12-31T18:30:00Z");
    expect(formatLocal(iso, false, nextYear)).toContain(day);
    expect(formatLocal(iso, false, nextYear)).toContain(time);
  });

  it("leaves the present year out, that of the reader's zone", () => {
    const now = Date.parse("2026-06-30T12:00:00Z");
    expect(formatLocal("2025-12-31T18:30:00Z", false, now)).toMatch(/^Jan 1, 12:00/);
    expect(formatLocal("2025-12-31T18:29:59Z", false, now)).toContain("2025");
    expect(formatLocal("2026-01-31T20:04:05Z", true, now)).toContain("2026");
  });

  it("has seconds where they are wanted", () => {
    expect(formatLocal("2026-01-31T20:04:05Z")).not.toContain(":05");
    expect(formatLocal("2026-01-31T20:04:05Z", true)).toContain("1:34:05");
  });
});

it.each([
  ["2026-01-31T20:04:05Z", "2026-01-31 20:04:05 UTC"],
  ["2026-01-31T20:04:05.999Z", "2026-01-31 20:04:05 UTC"],
  ["2026-02-01T01:34:05+05:30", "2026-01-31 20:04:05 UTC"],
])("%s in UTC is %s", (iso, text) => expect(formatUtc(iso)).toBe(text));

it.each([
  ["2026-01-31T10:00:00Z", "now"],
  ["2026-01-31T09:59:30Z", "30 seconds ago"],
  ["2026-01-31T09:57:01Z", "2 minutes ago"],
  ["2026-01-31T12:30:00Z", "in 2 hours"],
  ["2026-01-30T10:00:00Z", "yesterday"],
  ["2026-01-21T10:00:00Z", "10 days ago"],
])("%s is %s", (iso, text) => expect(formatRelative(iso, Date.parse("2026-01-31T10:00:00Z"))).toBe(text));

it.each([
  [-5, "0 s"],
  [0, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [245, "4 min 05 s"],
  [3_600, "1 h 0 min"],
  [86_399, "23 h 59 min"],
  [90_000, "1 d 1 h"],
])("%d seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

it.each([
  ["2026-01-31", 0, "2026-01-30T18:30:00.000Z"],
  ["2026-01-31", 1, "2026-01-31T18:30:00.000Z"],
  ["2026-12-31", 1, "2026-12-31T18:30:00.000Z"],
  ["", 0, ""],
  ["2026", 0, ""],
])("%s, %i days later, begins at %s", (day, later, iso) => expect(startOfDay(day, later)).toBe(iso));

it("bounds what was created by whole days, both of which may be open", () => {
  const [first, last] = ["2026-01-30T18:30:00.000Z", "2026-01-31T18:30:00.000Z"];
  expect(createdWithin("2026-01-31", "2026-01-31")).toEqual({ created_gte: first, created_lt: last });
  expect(createdWithin("2026-01-31")).toEqual({ created_gte: first });
  expect(createdWithin(undefined, "2026-01-31")).toEqual({ created_lt: last });
  expect(createdWithin()).toEqual({});
});
