import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import { ToastProvider } from "../components/Toast";
import { AppShell } from "./AppShell";
import { makeQueryClient } from "./queryClient";
import { SessionGate } from "./session";

const SESSION = {
  user: { id: "user_1", email: "test@example.com", role: "merchant" },
  merchant: { id: "merch_1", name: "Test" },
  csrf_token: "csrf_1",
  expires_at: "2026-02-01T00:00:00Z",
  test_mode: true,
};

afterEach(() => void vi.unstubAllGlobals());

function show() {
  const element = (
    <SessionGate>
      <AppShell />
    </SessionGate>
  );
  const router = createMemoryRouter([{ path: "*", element }], { initialEntries: ["/orders"] });
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return router;
}

it("shows the frame until it is known who is there", async () => {
  let answer: (response: Response) => void = () => {};
  vi.stubGlobal("fetch", () => new Promise((resolve) => (answer = resolve)));
  show();
  await screen.findByText("Loading dashboard");
  answer(new Response(JSON.stringify(SESSION)));
  await screen.findByRole("navigation", { name: "Main" });
  expect(screen.queryByText("Loading dashboard")).toBeNull();
});

it.each(["Orders", "Refunds"])("closes the menu of small screens with the way to %s, from Orders", async (place) => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(SESSION)));
  const router = show();
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Menu" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("link", { name: place }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(router.state.location.pathname).toBe(`/${place.toLowerCase()}`);
});
