import { focusManager, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "../../app/queryClient";
import { ToastProvider } from "../../components/Toast";
import PaymentPage from "./PaymentPage";

const AT = "2026-01-31T00:00:00Z";
const PAYMENT = { id: "pay_1", order_id: "order_1", amount: 500, currency: "INR", method: "upi", created_at: AT };
const CREATED = { id: "evt_1", type: "payment.created", sequence: 1, created_at: AT };
const DELIVERY = {
  id: "whd_1",
  event_id: "evt_1",
  event: "payment.success",
  endpoint_id: "whe_1",
  payment_id: "pay_1",
  status: "pending",
  run: 1,
  attempts: 1,
  response_status: null,
  error_kind: "connection_error",
  next_attempt_at: null,
  replay_id: null,
  created_at: AT,
};

let replies: Record<string, unknown>;
let asked: string[];

beforeEach(() => {
  asked = [];
  replies = {
    "/payments/pay_1": { ...PAYMENT, status: "processing" },
    "/payments/pay_1/timeline": { data: [CREATED] },
    "/payments/pay_1/refunds": { data: [], has_more: false },
    "/ledger": { data: [], has_more: false },
    "/webhooks": { data: [DELIVERY], has_more: false },
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    asked.push(path);
    const error = { error: { code: "NOT_FOUND_ERROR", description: "It is not there." } };
    return new Response(JSON.stringify(replies[path] ?? error), { status: replies[path] ? 200 : 404 });
  });
});
afterEach(() => {
  // Whatever is still shown would ask the true server at the glance that this is.
  cleanup();
  focusManager.setFocused(undefined);
  vi.unstubAllGlobals();
});

const times = (path: string) => asked.filter((each) => each === path).length;

async function show(): Promise<void> {
  const routes = [{ path: "/payments/:paymentId", element: <PaymentPage /> }];
  const client = makeQueryClient();
  // Only what is asked for at once and by itself is to be seen here.
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, staleTime: 0 } });
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: ["/payments/pay_1"] })} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await screen.findByText("Payment created");
  await screen.findByText("Connection failed");
}

it("asks for everything once at first, and for all of it with a new event", async () => {
  await show();
  expect(times("/payments/pay_1")).toBe(1);
  expect(times("/ledger")).toBe(1);
  replies["/payments/pay_1"] = { ...PAYMENT, status: "success" };
  replies["/payments/pay_1/timeline"] = {
    data: [{ ...CREATED, id: "evt_2", type: "payment.success", sequence: 2 }, CREATED],
  };
  act(() => focusManager.setFocused(false));
  act(() => focusManager.setFocused(true));
  await screen.findByText("Payment success");
  // Once for the glance, once more for the event.
  await waitFor(() => expect(times("/ledger")).toBe(3));
});

it("says that it is not up to date when the payment cannot be asked for again", async () => {
  await show();
  delete replies["/payments/pay_1"];
  act(() => focusManager.setFocused(false));
  act(() => focusManager.setFocused(true));
  await screen.findByText("Not up to date. It is not there.");
  expect(screen.getByText("Processing")).toBeTruthy();
});

it("says that a payment is not there", async () => {
  delete replies["/payments/pay_1"];
  const routes = [{ path: "/payments/:paymentId", element: <PaymentPage /> }];
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <RouterProvider router={createMemoryRouter(routes, { initialEntries: ["/payments/pay_1"] })} />
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { level: 1, name: "Payment not found" });
});
