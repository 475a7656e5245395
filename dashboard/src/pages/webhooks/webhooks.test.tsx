import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ToastProvider } from "../../components/Toast";
import DeliveryPage from "./DeliveryPage";
import EndpointPage from "./EndpointPage";
import WebhooksPage from "./WebhooksPage";

const ENDPOINT = {
  id: "whe_1",
  url: "https://example.com/hook",
  description: "Shop",
  events: ["payment.*", "refund.failed"],
  status: "disabled",
  disabled_reason: "failing",
  failing_since: "2026-01-30T00:00:00Z",
  previous_secret_expires_at: null,
  created_at: "2026-01-01T00:00:00Z",
};
const DELIVERY = {
  id: "whd_1",
  event_id: "evt_1",
  event: "payment.success",
  endpoint_id: "whe_1",
  payment_id: "pay_1",
  status: "pending",
  run: 1,
  attempts: 2,
  response_status: 500,
  error_kind: null,
  next_attempt_at: "2126-01-31T00:00:00Z",
  replay_id: null,
  created_at: "2026-01-31T00:00:00Z",
};
const ATTEMPT = {
  number: 2,
  run: 1,
  started_at: "2026-01-31T00:00:05Z",
  duration_ms: 120,
  timings: { dns_ms: 5, connect_ms: 10, tls_ms: 25, first_byte_ms: 70 },
  address: "203.0.113.9",
  request_headers: { "webhook-id": "evt_1" },
  response_status: 500,
  response_body: "broken",
  response_truncated: false,
  error_kind: null,
  error: null,
};
const DETAIL = { ...DELIVERY, request_body: '{"event":"payment.success"}', attempt_log: [ATTEMPT] };
const REPLAY = { id: "whr_1", status: "done", total: 7, ended: 7, delivered: 6, created_at: DELIVERY.created_at };

let answers: Record<string, [number, unknown]>;
const writes: [string, unknown][] = [];

beforeEach(() => {
  writes.length = 0;
  answers = {
    "GET /api/v1/webhook-endpoints": [200, { data: [ENDPOINT], has_more: false }],
    "GET /api/v1/webhook-endpoints/whe_1": [200, ENDPOINT],
    "PATCH /api/v1/webhook-endpoints/whe_1": [200, { ...ENDPOINT, status: "enabled" }],
    "POST /api/v1/webhook-endpoints": [201, { ...ENDPOINT, id: "whe_2", secret: "whsec_shown" }],
    "POST /api/v1/webhook-endpoints/whe_1/rotate-secret": [200, { ...ENDPOINT, secret: "whsec_rotated" }],
    "GET /api/v1/webhooks": [200, { data: [DELIVERY], has_more: false }],
    "GET /api/v1/webhooks/whd_1": [200, DETAIL],
    "POST /api/v1/webhooks/whd_1/retry": [202, DELIVERY],
    "GET /api/v1/webhooks/replays/whr_1": [200, REPLAY],
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    const body = request.method === "GET" ? undefined : await request.json();
    if (request.method !== "GET") writes.push([`${request.method} ${pathname}`, body]);
    const replay: [number, unknown] = body?.dry_run ? [200, { dry_run: true, count: 7 }] : [202, REPLAY];
    const [status, reply] = pathname.endsWith("/replay")
      ? replay
      : (answers[`${request.method} ${pathname}`] ?? [404, { error: { code: "NOT_FOUND_ERROR", description: "No." } }]);
    return new Response(JSON.stringify(reply), { status, headers: { "Content-Type": "application/json" } });
  });
});
afterEach(() => void vi.unstubAllGlobals());

function show(path: string) {
  const routes = [
    { path: "/webhooks", element: <WebhooksPage /> },
    { path: "/webhooks/endpoints/:endpointId", element: <EndpointPage /> },
    { path: "/webhooks/deliveries/:deliveryId", element: <DeliveryPage /> },
  ];
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ToastProvider>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: [path] })} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

const press = (name: string | RegExp) => screen.findByRole("button", { name });

it("adds an endpoint with the events that are ticked and shows its secret", async () => {
  const user = show("/webhooks");
  await screen.findByText("payment.*, refund.failed");
  await user.click(await press("Add endpoint"));
  const dialog = await screen.findByRole("dialog");
  const all = within(dialog).getByRole("checkbox", { name: /^All events/ });
  expect(within(dialog).getByRole("checkbox", { name: "payment.*" })).toHaveProperty("disabled", true);
  await user.click(all);
  await user.click(within(dialog).getByRole("button", { name: "Add endpoint" }));
  expect(within(dialog).getAllByRole("alert")).toHaveLength(2);
  expect(writes).toEqual([]);
  await user.type(within(dialog).getByLabelText("URL"), "https://example.com/new");
  await user.click(within(dialog).getByRole("checkbox", { name: "refund.*" }));
  await user.click(within(dialog).getByRole("button", { name: "Add endpoint" }));
  await screen.findByText("whsec_shown");
  expect(writes).toEqual([
    ["POST /api/v1/webhook-endpoints", { url: "https://example.com/new", description: "", events: ["refund.*"] }],
  ]);
});

it("shows the API’s word on a URL at the field", async () => {
  const error = { code: "BAD_REQUEST_ERROR", description: "The address is private.", field: "url" };
  answers["POST /api/v1/webhook-endpoints"] = [400, { error }];
  const user = show("/webhooks");
  await user.click(await press("Add endpoint"));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("URL"), "https://10.0.0.1{Enter}");
  await within(dialog).findByText("The address is private.");
  expect(within(dialog).getByLabelText("URL").getAttribute("aria-invalid")).toBe("true");
});

it("enables an endpoint with what it has missed, counted before", async () => {
  const user = show("/webhooks/endpoints/whe_1");
  await screen.findByText(/failed for too long/);
  await user.click(await press("Enable"));
  await user.click(await press("Enable and send 7 webhooks"));
  await screen.findByText(/^6 of 7 webhooks delivered/);
  expect(writes).toEqual([
    ["POST /api/v1/webhooks/replay", { endpoint_id: "whe_1", dry_run: true }],
    ["PATCH /api/v1/webhook-endpoints/whe_1", { status: "enabled" }],
    ["POST /api/v1/webhooks/replay", { endpoint_id: "whe_1" }],
  ]);
});

it("sends a test and shows what came of it once it has settled", async () => {
  answers["GET /api/v1/webhook-endpoints/whe_1"] = [200, { ...ENDPOINT, status: "enabled", disabled_reason: null }];
  answers["POST /api/v1/webhook-endpoints/whe_1/test"] = [202, DELIVERY];
  const user = show("/webhooks/endpoints/whe_1");
  await user.click(await press("Send test"));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Send test" }));
  await within(dialog).findByText(/^Loading/);
  answers["GET /api/v1/webhooks/whd_1"] = [200, { ...DETAIL, status: "exhausted", next_attempt_at: null }];
  await within(dialog).findByText("120 ms", undefined, { timeout: 10_000 });
  expect(within(dialog).getByText("Exhausted")).toBeTruthy();
  expect(within(dialog).getByText("500")).toBeTruthy();
});

it("rotates a secret with the overlap that is chosen", async () => {
  const user = show("/webhooks/endpoints/whe_1");
  await user.click(await press("Rotate secret"));
  const dialog = await screen.findByRole("dialog");
  await user.selectOptions(within(dialog).getByLabelText(/^The old secret/), "1 hour");
  await user.click(within(dialog).getByRole("button", { name: "Rotate secret" }));
  await screen.findByText("whsec_rotated");
  expect(writes).toEqual([["POST /api/v1/webhook-endpoints/whe_1/rotate-secret", { overlap_seconds: 3600 }]]);
});

it("sends many again as the log is narrowed, after a count", async () => {
  const user = show("/webhooks?tab=deliveries&status=exhausted&event=payment.*");
  await screen.findByRole("link", { name: "payment.success" });
  await user.click(await press("Send many again"));
  await user.click(await press("Count them"));
  await screen.findByText("7 webhooks will be sent.");
  await user.click(await press("Send 7 webhooks again"));
  await screen.findByRole("progressbar", { name: "Replay" });
  const filters = { status: "exhausted", event: "payment.*" };
  expect(writes).toEqual([
    ["POST /api/v1/webhooks/replay", { ...filters, dry_run: true }],
    ["POST /api/v1/webhooks/replay", filters],
  ]);
});

it("shows each attempt of a delivery and sends it again", async () => {
  const user = show("/webhooks/deliveries/whd_1");
  await screen.findByRole("heading", { name: "Attempt 2" });
  expect(screen.getByText("webhook-id: evt_1")).toBeTruthy();
  expect(screen.getByText("broken")).toBeTruthy();
  expect(screen.getByText("70 ms")).toBeTruthy();
  expect(screen.getByText(/^in \d+ d/)).toBeTruthy();
  await user.click(await press("Retry now"));
  await screen.findAllByText("The webhook is being sent again.");
  expect(writes).toEqual([["POST /api/v1/webhooks/whd_1/retry", {}]]);
});

it("says what is not there", async () => {
  show("/webhooks/deliveries/whd_2");
  await screen.findByRole("heading", { level: 1, name: "Delivery not found" });
});
