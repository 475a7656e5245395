/** What of an endpoint's settings has changed. */

import type { Endpoint, EndpointChange, EndpointSettings } from "../../api/endpoints";

export function settingsOf({ url, description, events }: Endpoint): EndpointSettings {
  return { url: url ?? "", description, events };
}

/**
 * What somebody has changed since the form was `opened`: what others have changed meanwhile stays. A new URL would
 * enable the `endpoint`; one that is disabled stays so, but for one that only lacks a URL.
 */
export function changesOf(
  opened: EndpointSettings,
  settings: EndpointSettings,
  endpoint: Pick<Endpoint, "status" | "disabled_reason">,
): EndpointChange {
  const change: EndpointChange = {};
  if (settings.url !== opened.url) {
    change.url = settings.url;
    if (endpoint.status === "disabled" && endpoint.disabled_reason !== "no_url") change.status = "disabled";
  }
  if (settings.description !== opened.description) change.description = settings.description;
  if (settings.events.join() !== opened.events.join()) change.events = settings.events;
  return change;
}
