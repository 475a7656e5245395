import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "../../app/queryClient";
import { ToastProvider } from "../../components/Toast";
import { ApiKeys } from "./ApiKeys";
import { Settings } from "./Settings";

const AT = "2026-01-31T00:00:00Z";
const KEY = { id: "key_1", name: "Shop", created_at: AT };
const MERCHANT = { id: "merch_1", name: "Test", email: "test@example.com", allowed_origins: [], created_at: AT };

const client = makeQueryClient();
let answer: (body: object) => void = () => {};

afterEach(() => void vi.unstubAllGlobals());

/** Reads are answered at once, writes once `answer` is called. */
function show(element: React.ReactNode) {
  vi.stubGlobal("fetch", async (request: Request) => {
    const read = request.url.endsWith("/merchant") ? MERCHANT : { data: [KEY] };
    if (request.method === "GET") return new Response(JSON.stringify(read));
    const body = await new Promise((resolve) => (answer = resolve));
    return new Response(JSON.stringify(body));
  });
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={createMemoryRouter([{ path: "/", element }])} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

const underWay = () => client.isMutating() === 1;
const kept = () =>
  JSON.stringify(
    client
      .getMutationCache()
      .getAll()
      .map((each) => each.state),
  );

it.each([
  ["Create key", "Create key"],
  ["Rotate key_1", "Rotate key"],
])("keeps the dialog of a new key open until its secret is there: %s", async (opener, deed) => {
  const user = show(<ApiKeys />);
  await user.click(await screen.findByRole("button", { name: opener }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: deed }));
  await waitFor(() => expect(underWay()).toBe(true));
  await user.keyboard("{Escape}");
  for (const close of dialog.getAllByRole("button", { name: "Close" })) await user.click(close);
  expect(screen.queryByRole("dialog")).not.toBeNull();
  answer({ ...KEY, secret: "secret_2" });
  await screen.findByText("secret_2");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(kept()).not.toContain("secret_2"));
});

it("shows the checkout's secret alone, and forgets it once it is kept", async () => {
  const user = show(<Settings />);
  await user.click(await screen.findByRole("button", { name: "Rotate secret" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Rotate secret" }));
  await waitFor(() => expect(underWay()).toBe(true));
  answer({ ...MERCHANT, secret: "secret_3" });
  await screen.findByText("secret_3");
  expect(screen.queryByText("Rotate the checkout secret?")).toBeNull();
  expect(kept()).toContain("secret_3");
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(kept()).not.toContain("secret_3"));
});
