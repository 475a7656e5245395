/** The dashboard's places: the sidebar's entries and the keys that lead to them after `g`. */

import type { IconName } from "../components/Icon";

export interface Place {
  path: string;
  label: string;
  icon: IconName;
  key: string;
  operatorsOnly?: true;
}

export const PLACES: readonly Place[] = [
  { path: "/", label: "Home", icon: "home", key: "h" },
  { path: "/payments", label: "Payments", icon: "payments", key: "p" },
  { path: "/refunds", label: "Refunds", icon: "refunds", key: "r" },
  { path: "/orders", label: "Orders", icon: "orders", key: "o" },
  { path: "/events", label: "Events", icon: "events", key: "e" },
  { path: "/settlements", label: "Settlements", icon: "settlements", key: "s" },
  { path: "/webhooks", label: "Webhooks", icon: "webhooks", key: "w" },
  { path: "/developers", label: "Developers", icon: "developers", key: "d" },
  { path: "/ops", label: "Operations", icon: "ops", key: "q", operatorsOnly: true },
];

export function placesFor(role: "merchant" | "operator"): readonly Place[] {
  return PLACES.filter((place) => role === "operator" || !place.operatorsOnly);
}
