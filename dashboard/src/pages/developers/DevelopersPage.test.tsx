import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "../../app/queryClient";
import { SessionGate } from "../../app/session";
import { ToastProvider } from "../../components/Toast";
import DevelopersPage from "./DevelopersPage";

const SESSION = {
  user: { id: "user_1", email: "test@example.com", role: "merchant" },
  merchant: { id: "merch_1", name: "Test" },
  csrf_token: "csrf_1",
  expires_at: "2026-02-01T00:00:00Z",
  test_mode: true,
};
const KEY = { id: "key_1", name: "Shop", created_at: "2026-01-31T00:00:00Z", revoked_at: null };
const ENTRY = {
  key: "abc",
  scope: "test POST /payments",
  status: 201,
  request_id: "req_1",
  state: "completed",
  created_at: new Date().toISOString(),
  expires_at: new Date(Date.now() + 86_400_000).toISOString(),
};
const REQUEST = {
  request_id: "req_1",
  at: "2026-01-31T00:00:00Z",
  route: "POST /payments",
  status: 404,
  code: "NOT_FOUND_ERROR",
  duration_ms: 12.4,
};
const MERCHANT = {
  id: "merch_1",
  name: "Test",
  email: "test@example.com",
  allowed_origins: ["https://shop.example"],
  created_at: "2026-01-31T00:00:00Z",
};

let replies: Record<string, unknown>;
const sent = vi.fn<(method: string, path: string, body: unknown) => void>();

beforeEach(() => {
  sent.mockReset();
  replies = {
    "GET /auth/session": SESSION,
    "GET /api-keys": { data: [KEY] },
    "POST /api-keys": { ...KEY, id: "key_2", secret: "secret_2" },
    "POST /api-keys/key_1/rotate": { ...KEY, id: "key_3", secret: "secret_3" },
    "DELETE /api-keys/key_1": KEY,
    "GET /idempotency-keys": { data: [ENTRY] },
    "GET /requests": { data: [REQUEST], complete: false },
    "GET /orders": { data: [], has_more: false },
    "GET /payments": { data: [], has_more: false },
    "GET /merchant": MERCHANT,
    "PATCH /merchant": MERCHANT,
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const name = `${request.method} ${pathname.replace("/api/v1", "")}`;
    sent(request.method, pathname.replace("/api/v1", "") + search, await request.text());
    return new Response(JSON.stringify(replies[name]), { status: replies[name] === undefined ? 500 : 200 });
  });
});
afterEach(() => void vi.unstubAllGlobals());

function show(tab: string) {
  const element = (
    <SessionGate>
      <DevelopersPage />
    </SessionGate>
  );
  const router = createMemoryRouter([{ path: "/developers", element }], {
    initialEntries: [`/developers?tab=${tab}`],
  });
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

it("shows a new key's secret, which a stray Esc does not lose", async () => {
  const user = show("keys");
  await user.click(await screen.findByRole("button", { name: "Create key" }));
  await user.type(screen.getByLabelText("Name"), "Shop{Enter}");
  await screen.findByText("secret_2");
  expect(sent).toHaveBeenCalledWith("POST", "/api-keys", '{"name":"Shop"}');
  await user.keyboard("{Escape}");
  expect((await screen.findByRole("alert")).textContent).toContain("Have you copied it?");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(screen.queryByText("secret_2")).toBeNull());
});

it("rotates a key with the overlap that is chosen", async () => {
  const user = show("keys");
  await user.click(await screen.findByRole("button", { name: "Rotate key_1" }));
  await user.selectOptions(screen.getByLabelText("The old key works"), "One hour more");
  await user.click(screen.getByRole("button", { name: "Rotate key" }));
  await screen.findByText("secret_3");
  expect(sent).toHaveBeenCalledWith("POST", "/api-keys/key_1/rotate", '{"overlap_seconds":3600}');
});

it("asks before it revokes a key", async () => {
  const user = show("keys");
  await user.click(await screen.findByRole("button", { name: "Revoke key_1" }));
  expect(sent).not.toHaveBeenCalledWith("DELETE", expect.anything(), expect.anything());
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Revoke key" }));
  await waitFor(() => expect(sent).toHaveBeenCalledWith("DELETE", "/api-keys/key_1", ""));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("replaces the allowed origins and leaves the name to others", async () => {
  const user = show("settings");
  await user.type(await screen.findByLabelText("Allowed origins"), "\nhttp://localhost:*/");
  await user.click(screen.getByRole("button", { name: "Save settings" }));
  const body = { allowed_origins: ["https://shop.example", "http://localhost:*"] };
  await waitFor(() => expect(sent).toHaveBeenCalledWith("PATCH", "/merchant", JSON.stringify(body)));
});

it("says that there is nothing to save", async () => {
  const user = show("settings");
  await user.click(await screen.findByRole("button", { name: "Save settings" }));
  await screen.findAllByText("Nothing has changed.");
  expect(sent).not.toHaveBeenCalledWith("PATCH", expect.anything(), expect.anything());
});

it("writes no code without an answer to put into it", async () => {
  replies["GET /api-keys"] = undefined;
  const user = show("snippets");
  const alert = await screen.findByRole("alert", undefined, { timeout: 10_000 });
  expect(screen.queryByRole("region", { name: "Checkout: script" })).toBeNull();
  replies["GET /api-keys"] = { data: [KEY] };
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  await screen.findByRole("region", { name: "Checkout: script" });
});

it("writes code with the merchant's own key", async () => {
  const user = show("snippets");
  const code = await screen.findByRole("region", { name: "Checkout: script" });
  expect(code.textContent).toContain('key: "key_1"');
  await user.selectOptions(screen.getByLabelText("Code for"), "Webhooks: Python");
  expect((await screen.findByRole("region", { name: "Webhooks: Python" })).textContent).toContain("def verified(");
});

it("leads from an idempotency key to its first request", async () => {
  const user = show("idempotency");
  await user.type(await screen.findByLabelText("Idempotency key"), "abc{Enter}");
  await screen.findByText("POST /payments");
  await user.click(screen.getByRole("link", { name: "req_1" }));
  await screen.findByText("404 Not found error");
  expect(sent).toHaveBeenCalledWith("GET", "/requests?limit=100&request_id=req_1", "");
  expect(screen.getByText(/no time to search the whole day/)).toBeTruthy();
});

it("asks for failed requests alone", async () => {
  const user = show("requests");
  await user.click(await screen.findByLabelText("Failed only"));
  await waitFor(() => expect(sent).toHaveBeenCalledWith("GET", "/requests?limit=100&failed=true", ""));
});

it("looks into the log again when asked to", async () => {
  const user = show("requests");
  await screen.findByText("POST /payments");
  replies["GET /requests"] = { data: [{ ...REQUEST, route: "GET /orders" }], complete: true };
  await user.click(screen.getByRole("button", { name: "Refresh" }));
  await screen.findByText("GET /orders");
});

it("has test values in test mode alone", async () => {
  replies["GET /auth/session"] = { ...SESSION, test_mode: false };
  show("test-values");
  await screen.findByRole("tab", { name: "API keys" });
  expect(screen.queryByRole("tab", { name: "Test values" })).toBeNull();
});
