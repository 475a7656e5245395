import { expect, it } from "vitest";
import { phasesOf } from "./phases";

it("puts the phases one after the other, with what is left at the end", () => {
  const phases = phasesOf({ dns_ms: 10, connect_ms: 20, tls_ms: null, first_byte_ms: 50 }, 100);
  expect(phases.map(({ name, ms }) => [name, ms])).toEqual([
    ["DNS lookup", 10],
    ["Connection", 20],
    ["TLS", null],
    ["First byte", 50],
    ["Rest", 20],
  ]);
  expect(phases.map(({ start }) => start)).toEqual([0, 0.1, 0.3, 0.3, 0.8]);
  expect(phases.map(({ share }) => share)).toEqual([0.1, 0.2, 0, 0.5, 0.2]);
});

it("fits what was rounded up, and an attempt that took no time", () => {
  const rounded = phasesOf({ dns_ms: 1, connect_ms: 1, tls_ms: 1, first_byte_ms: 1 }, 3);
  expect(rounded.at(-1)).toEqual({ name: "Rest", ms: 0, start: 1, share: 0 });
  const none = phasesOf({ dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null }, 0);
  expect(none.every(({ start, share }) => start === 0 && share === 0)).toBe(true);
});
