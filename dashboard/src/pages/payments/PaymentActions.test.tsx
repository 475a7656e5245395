import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Payment } from "../../api/payments";
import { makeQueryClient } from "../../app/queryClient";
import { ToastProvider } from "../../components/Toast";
import { PaymentActions } from "./PaymentActions";

const PAYMENT: Payment = {
  id: "pay_1",
  order_id: "order_1",
  amount: 50_000,
  currency: "INR",
  method: "upi",
  status: "success",
  created_at: "2026-01-31T00:00:00Z",
};
const REFUND = {
  id: "rfnd_1",
  payment_id: "pay_1",
  amount: 50_000,
  currency: "INR",
  reason: null,
  status: "pending",
  failure_reason: null,
  created_at: "2026-01-31T00:00:00Z",
};
const HELD: Payment = { ...PAYMENT, status: "authorized" };

const server = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => {
  server.mockReset().mockRejectedValue(new TypeError("network error"));
  vi.stubGlobal("fetch", server);
});
afterEach(() => void vi.unstubAllGlobals());

function show(payment: Payment) {
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <ToastProvider>
        <PaymentActions payment={payment} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

function keys(): (string | null)[] {
  return server.mock.calls.map(([request]) => request.headers.get("Idempotency-Key"));
}

async function tryRefund(user: ReturnType<typeof userEvent.setup>, amount: string): Promise<void> {
  await user.click(screen.getByRole("button", { name: "Refund" }));
  const dialog = within(await screen.findByRole("dialog"));
  const field = dialog.getByLabelText("Amount in INR");
  await user.clear(field);
  await user.type(field, `${amount}{Enter}`);
  await dialog.findByText("The API cannot be reached; check your connection.");
  await user.click(dialog.getAllByRole("button", { name: "Close" }).at(-1) as HTMLElement);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
}

it("refunds once, though the dialog was closed after no answer and opened again", async () => {
  const user = show(PAYMENT);
  await tryRefund(user, "500");
  await tryRefund(user, "500.00");
  expect(new Set(keys()).size).toBe(1);
  await tryRefund(user, "400");
  expect(new Set(keys()).size).toBe(2);
});

it.each([
  ["Refund", PAYMENT, REFUND],
  ["Capture", HELD, HELD],
])("keeps the dialog open until the answer is there: %s", async (name, payment, reply) => {
  let answer: (response: Response) => void = () => {};
  server.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  const user = show(payment);
  await user.click(screen.getByRole("button", { name }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: new RegExp(`^${name} `) }));
  await waitFor(() => expect(server).toHaveBeenCalledTimes(1));
  await user.keyboard("{Escape}");
  for (const close of dialog.getAllByRole("button", { name: "Close" })) await user.click(close);
  expect(screen.queryByRole("dialog")).not.toBeNull();
  answer(new Response(JSON.stringify(reply)));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
