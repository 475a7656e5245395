/** What an endpoint asks for: everything, families such as `payment.*`, or single types. */

import { EVENT_TYPES } from "../../api/events";
import { toWords } from "../../lib/format";

export const EVERYTHING = "*";
/** Sent by a button alone: no filter lets it through or keeps it out. */
const TEST = "endpoint.test";

export interface Family {
  /** Lets all of its types through, those to come as well. */
  filter: string;
  name: string;
  types: readonly string[];
}

const TYPES = EVENT_TYPES.filter((type) => type !== TEST);
export const FAMILIES: readonly Family[] = [...new Set(TYPES.map(familyOf))].map((family) => ({
  filter: `${family}.*`,
  name: toWords(family),
  types: TYPES.filter((type) => familyOf(type) === family),
}));
const ORDER: readonly string[] = [
  EVERYTHING,
  ...FAMILIES.map((family) => family.filter),
  ...FAMILIES.flatMap((family) => family.types),
];

/** What the log of deliveries can be narrowed to. */
export const LOGGED_EVENTS: readonly string[] = [...ORDER.slice(1), TEST];

function familyOf(type: string): string {
  return type.slice(0, type.indexOf("."));
}

function covers(wider: string, filter: string): boolean {
  if (wider === filter) return false;
  return wider === EVERYTHING || (wider.endsWith(".*") && filter.startsWith(wider.slice(0, -1)));
}

/** Whether something wider is chosen that lets it through anyway. */
export function isCovered(chosen: readonly string[], filter: string): boolean {
  return chosen.some((each) => covers(each, filter));
}

/** The choice with `filter` in it or no longer in it; what a wider one lets through anyway drops out. */
export function toggleFilter(chosen: readonly string[], filter: string): string[] {
  if (chosen.includes(filter)) return chosen.filter((each) => each !== filter);
  const kept = chosen.filter((each) => !covers(filter, each));
  return [...kept, filter].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

/** The choice in a few words: the first ones, and how many more. */
export function describeFilters(chosen: readonly string[], most = 2): string {
  if (chosen.includes(EVERYTHING)) return "All events";
  const more = chosen.length - most;
  return more > 0 ? `${chosen.slice(0, most).join(", ")} and ${more} more` : chosen.join(", ");
}
