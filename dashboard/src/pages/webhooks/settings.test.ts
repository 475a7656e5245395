import { expect, it } from "vitest";
import type { Endpoint, EndpointSettings } from "../../api/endpoints";
import { changesOf, settingsOf } from "./settings";

const ENDPOINT: Endpoint = {
  id: "whe_1",
  url: "https://example.com/hook",
  description: "Shop",
  events: ["payment.*"],
  status: "enabled",
  disabled_reason: null,
  failing_since: null,
  previous_secret_expires_at: null,
  created_at: "2026-01-31T00:00:00Z",
};
const SETTINGS = { url: "https://example.com/hook", description: "Shop", events: ["payment.*"] };

function changed(settings: Partial<EndpointSettings>, endpoint = ENDPOINT) {
  return changesOf(SETTINGS, { ...SETTINGS, ...settings }, endpoint);
}

it("sends what has changed alone", () => {
  expect(settingsOf(ENDPOINT)).toEqual(SETTINGS);
  expect(changed({})).toEqual({});
  expect(changed({ description: "" })).toEqual({ description: "" });
  expect(changed({ events: ["*"] })).toEqual({ events: ["*"] });
  expect(changed({ url: "https://example.com/new" })).toEqual({ url: "https://example.com/new" });
});

it("leaves alone what others have changed since the form was opened", () => {
  const now = { ...ENDPOINT, description: "Theirs", events: ["*"] };
  expect(changed({ url: "https://example.com/new" }, now)).toEqual({ url: "https://example.com/new" });
});

it("leaves an endpoint disabled that is, but for one that only lacks a URL", () => {
  const url = "https://example.com/new";
  expect(changed({ url }, { ...ENDPOINT, status: "disabled", disabled_reason: "failing" })).toEqual({
    url,
    status: "disabled",
  });
  expect(changed({ url }, { ...ENDPOINT, url: null, status: "disabled", disabled_reason: "no_url" })).toEqual({ url });
});
