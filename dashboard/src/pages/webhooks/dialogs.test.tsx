import { QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "../../app/queryClient";
import { ToastProvider } from "../../components/Toast";
import EndpointPage from "./EndpointPage";

const AT = "2026-01-31T00:00:00Z";
const ENDPOINT = {
  id: "whe_1",
  url: "https://example.com/hook",
  description: "Shop",
  events: ["*"],
  status: "enabled",
  disabled_reason: null,
  failing_since: null,
  previous_secret_expires_at: null,
  created_at: AT,
};
const DELIVERY = {
  id: "whd_1",
  event_id: "evt_1",
  event: "endpoint.test",
  endpoint_id: "whe_1",
  payment_id: null,
  status: "pending",
  run: 1,
  attempts: 0,
  response_status: null,
  error_kind: null,
  next_attempt_at: null,
  replay_id: null,
  created_at: AT,
};
const ERROR = { error: { code: "UNAVAILABLE_ERROR", description: "It is down for a moment." } };

let endpoint: typeof ENDPOINT | (Omit<typeof ENDPOINT, "disabled_reason"> & { disabled_reason: string });
let client = makeQueryClient();
const sent: string[] = [];

beforeEach(() => {
  sent.length = 0;
  endpoint = ENDPOINT;
  client = makeQueryClient();
  vi.stubGlobal("fetch", async (request: Request) => {
    const [status, body] = await answer(request);
    return new Response(JSON.stringify(body), { status });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function answer(request: Request): Promise<[status: number, body: unknown]> {
  const path = new URL(request.url).pathname.replace("/api/v1", "");
  const body = request.method === "GET" ? "" : await request.text();
  sent.push(`${request.method} ${path} ${body}`.trim());
  if (path === "/webhooks/replay") return body.includes("dry_run") ? [200, { count: 7 }] : [409, ERROR];
  if (path === "/webhook-endpoints/whe_1/test") return [202, DELIVERY];
  if (path === "/webhooks") return [200, { data: [], has_more: false }];
  if (path !== "/webhook-endpoints/whe_1") return [404, ERROR];
  if (request.method === "PATCH") endpoint = { ...endpoint, ...JSON.parse(body) };
  return [200, endpoint];
}

function show(user = userEvent.setup()) {
  const routes = [{ path: "/webhooks/endpoints/:endpointId", element: <EndpointPage /> }];
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: ["/webhooks/endpoints/whe_1"] })} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return user;
}

const press = (name: string) => screen.findByRole("button", { name });
const writes = () => sent.filter((each) => !each.startsWith("GET"));

it("shows an endpoint as enabled though what it has missed could not be sent", async () => {
  endpoint = { ...ENDPOINT, status: "disabled", disabled_reason: "requested" };
  const user = show();
  await screen.findByText("Disabled");
  await user.click(await press("Enable"));
  await user.click(await press("Enable and send 7 webhooks"));
  await screen.findByText("It is down for a moment.");
  await screen.findByText("Enabled");
  expect(screen.queryByText("Disabled")).toBeNull();
});

it("closes the settings without a word to the API when nothing was changed", async () => {
  const user = show();
  await user.click(await press("Edit"));
  await user.click(await press("Save"));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(writes()).toEqual([]);
});

it("sends what was changed since the settings were opened, not what others have changed", async () => {
  const user = show();
  await user.click(await press("Edit"));
  const dialog = within(await screen.findByRole("dialog"));
  endpoint = { ...ENDPOINT, description: "Theirs" };
  await act(() => client.invalidateQueries());
  await screen.findByText("Theirs");
  await user.clear(dialog.getByLabelText("URL"));
  await user.type(dialog.getByLabelText("URL"), "https://example.com/new");
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(writes()).toEqual(['PATCH /webhook-endpoints/whe_1 {"url":"https://example.com/new"}']);
});

it("shows the error of a test that cannot be looked at, and leaves it there", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const user = show(userEvent.setup({ advanceTimers: vi.advanceTimersByTime }));
  await user.click(await press("Send test"));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Send test" }));
  await dialog.findByRole("alert");
  const looks = () => sent.filter((each) => each === "GET /webhooks/whd_1").length;
  expect(looks()).toBe(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(looks()).toBe(1);
  expect(dialog.getByRole("alert").textContent).toContain("It is down for a moment.");
});
