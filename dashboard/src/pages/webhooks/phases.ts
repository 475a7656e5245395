/** Where an attempt's time went. */

import type { Attempt } from "../../api/deliveries";

export interface Phase {
  name: string;
  /** Null: it did not come to it, or there was no need. */
  ms: number | null;
  /** Where its part of the whole begins and how much it is, from 0 to 1. */
  start: number;
  share: number;
}

/** One after the other; what the API does not name is the rest, such as sending the request and reading the answer. */
export function phasesOf(timings: Attempt["timings"], total: number): Phase[] {
  const named: [string, number | null][] = [
    ["DNS lookup", timings.dns_ms],
    ["Connection", timings.connect_ms],
    ["TLS", timings.tls_ms],
    ["First byte", timings.first_byte_ms],
  ];
  const known = named.reduce((sum, [, ms]) => sum + (ms ?? 0), 0);
  // Each is rounded by itself, so together they may be more than the whole.
  const whole = Math.max(total, known, 1);
  let before = 0;
  return [...named, ["Rest", Math.max(0, total - known)] as const].map(([name, ms]) => {
    const start = before / whole;
    before += ms ?? 0;
    return { name, ms, start, share: (ms ?? 0) / whole };
  });
}
