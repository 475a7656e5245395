import { expect, it } from "vitest";
import { dayAfter, formatDay, formatMonth, isDay, isMonth, lastDayOf, monthAfter, utcDay } from "./calendar";

it("counts days in UTC", () => {
  const lateInIndia = Date.parse("2026-02-01T02:00:00+05:30");
  expect(utcDay(lateInIndia)).toBe("2026-01-31");
  expect(utcDay(lateInIndia, -1)).toBe("2026-01-30");
  expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01");
  expect(dayAfter("2026-01-01", -1)).toBe("2025-12-31");
});

it.each([
  ["2026-01-31", true],
  ["2024-02-29", true],
  ["2026-02-29", false],
  ["2026-1-31", false],
  ["yesterday", false],
  ["", false],
])("knows whether %j is a day", (text, day) => expect(isDay(text)).toBe(day));

it.each([
  ["2026-11", true],
  ["2026-13", false],
  ["2026-1", false],
  ["", false],
])("knows whether %j is a month", (text, month) => expect(isMonth(text)).toBe(month));

it("walks through months", () => {
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2026-01", -1)).toBe("2025-12");
  expect(["2026-02", "2024-02", "2026-12"].map(lastDayOf)).toEqual(["2026-02-28", "2024-02-29", "2026-12-31"]);
});

it("names the books' days, not the reader's", () => {
  expect(formatDay("2026-01-31")).toContain("31");
  expect(formatMonth("2026-01")).toMatch(/2026/);
  expect(formatMonth("2026-01")).not.toBe(formatMonth("2026-02"));
});
