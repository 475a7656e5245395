import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "../../app/queryClient";
import RefundPage from "./RefundPage";

const MISSING = { error: { code: "NOT_FOUND_ERROR", description: "There is no such refund.", request_id: "req_1" } };

afterEach(() => void vi.unstubAllGlobals());

function show(replies: Record<string, unknown>): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    const body = replies[new URL(request.url).pathname.replace("/api/v1", "")];
    return new Response(JSON.stringify(body ?? MISSING), { status: body ? 200 : 404 });
  });
  const routes = [{ path: "/refunds/:refundId", element: <RefundPage /> }];
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <RouterProvider router={createMemoryRouter(routes, { initialEntries: ["/refunds/rfnd_1"] })} />
    </QueryClientProvider>,
  );
}

it("says that a refund is not there", async () => {
  show({});
  await screen.findByRole("heading", { name: "Refund not found" });
  await screen.findByText("rfnd_1");
});

it("shows of the payment's events those of the refund", async () => {
  const created_at = "2026-01-31T00:00:00Z";
  const refund = { id: "rfnd_1", payment_id: "pay_1", amount: 500, currency: "INR", reason: null, created_at };
  const events = [
    { id: "evt_1", type: "payment.success", sequence: 3, refund_id: null, created_at },
    { id: "evt_2", type: "refund.created", sequence: 4, refund_id: "rfnd_1", created_at },
    { id: "evt_3", type: "refund.created", sequence: 5, refund_id: "rfnd_2", created_at },
  ];
  show({
    "/refunds/rfnd_1": { ...refund, status: "pending", failure_reason: null },
    "/payments/pay_1/timeline": { data: events },
    "/ledger": { data: [], has_more: false },
  });
  const links = await screen.findAllByRole("link", { name: "Refund created" });
  expect(links.map((link) => link.getAttribute("href"))).toEqual(["/events/evt_2"]);
  expect(screen.queryByText("Payment success")).toBeNull();
  await screen.findByText("Nothing has been booked yet.");
});
