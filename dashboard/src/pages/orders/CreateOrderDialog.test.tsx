import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "../../app/queryClient";
import { ToastProvider } from "../../components/Toast";
import OrdersPage from "./OrdersPage";

const ORDER = {
  id: "order_1",
  amount: 1_500,
  currency: "KWD",
  receipt: null,
  notes: {},
  status: "created",
  capture: "automatic",
  reusable: false,
  expires_at: null,
  created_at: "2026-01-31T00:00:00Z",
};
const create = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => {
  create.mockReset().mockRejectedValue(new TypeError("network error"));
  vi.stubGlobal("fetch", async (request: Request) =>
    request.method === "POST" ? create(request) : new Response('{"data":[],"has_more":false}'),
  );
});
afterEach(() => void vi.unstubAllGlobals());

async function openDialog(user: ReturnType<typeof userEvent.setup>) {
  await user.click(screen.getByRole("button", { name: "Create order" }));
  return within(await screen.findByRole("dialog"));
}

function show() {
  const routes = [
    { path: "/orders", element: <OrdersPage /> },
    { path: "/orders/:id", element: <p>The order</p> },
  ];
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <ToastProvider>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: ["/orders"] })} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

it("shows what it has understood, and makes one order however often it is tried", async () => {
  const user = show();
  for (let tries = 0; tries < 2; tries += 1) {
    const dialog = await openDialog(user);
    await user.clear(dialog.getByLabelText("Currency"));
    await user.type(dialog.getByLabelText("Currency"), "kwd");
    await user.type(dialog.getByLabelText("Amount"), "1.5");
    expect(dialog.getByText(/^That is .*1\.500\.$/)).toBeTruthy();
    await user.type(dialog.getByLabelText("Amount"), "{Enter}");
    await dialog.findByText("The API cannot be reached; check your connection.");
    await user.click(dialog.getAllByRole("button", { name: "Close" }).at(-1) as HTMLElement);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  }
  expect(new Set(create.mock.calls.map(([request]) => request.headers.get("Idempotency-Key"))).size).toBe(1);
});

it("stays open until the answer is there", async () => {
  let answer: (response: Response) => void = () => {};
  create.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  const user = show();
  const dialog = await openDialog(user);
  await user.type(dialog.getByLabelText("Amount"), "15{Enter}");
  await waitFor(() => expect(create).toHaveBeenCalledTimes(1));
  await user.keyboard("{Escape}");
  for (const close of dialog.getAllByRole("button", { name: "Close" })) await user.click(close);
  expect(screen.queryByRole("dialog")).not.toBeNull();
  answer(new Response(JSON.stringify(ORDER), { status: 201 }));
  await screen.findByText("The order");
});
