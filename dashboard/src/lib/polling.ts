/** How often a page asks again: soon while things change, ever more seldom while nothing does or the API fails. */

import type { Query } from "@tanstack/react-query";

export interface Pace {
  /** Milliseconds until the next question after something has changed. */
  soonest: number;
  /** Milliseconds that a pause grows to at most. */
  longest: number;
}

export const LIVE: Pace = { soonest: 1_500, longest: 60_000 };
export const CALM: Pace = { soonest: 5_000, longest: 120_000 };

/** TanStack Query does not ask in hidden tabs at all. */
export function pause(pace: Pace, unchanged: number, failures: number): number {
  const growth = 1.5 ** unchanged * 2 ** failures;
  return Math.min(Math.round(pace.soonest * growth), pace.longest);
}

interface Seen {
  data: unknown;
  updates: number;
  errorsBefore: number;
  unchanged: number;
}

/** A `refetchInterval`. Equal answers keep their identity (structural sharing), which tells that nothing changed. */
export function pollWithBackoff(pace: Pace = CALM): (query: AnyQuery) => number | false {
  const seen = new WeakMap<object, Seen>();
  return (query) => {
    const { data, dataUpdateCount, errorUpdateCount, status } = query.state;
    // Asking again would put the skeleton in the error's place for a moment; "Try again" and a glance at the tab do ask.
    if (status === "error" && data === undefined) return false;
    const known = seen.get(query);
    if (!known || known.data !== data) {
      seen.set(query, { data, updates: dataUpdateCount, errorsBefore: errorUpdateCount, unchanged: 0 });
    } else if (known.updates !== dataUpdateCount) {
      known.unchanged += dataUpdateCount - known.updates;
      known.updates = dataUpdateCount;
      known.errorsBefore = errorUpdateCount;
    }
    const { unchanged = 0, errorsBefore = 0 } = seen.get(query) ?? {};
    return pause(pace, unchanged, errorUpdateCount - errorsBefore);
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a query of whatever data, as TanStack Query itself types it
type AnyQuery = Query<any, any, any, any>;
