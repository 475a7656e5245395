import { focusManager, QueryClientProvider, useMutation, useQuery } from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider, useParams } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, read } from "../api/client";
import { cancelPayment, paymentModel } from "../api/payments";
import { ToastProvider } from "../components/Toast";
import { makeQueryClient } from "./queryClient";
import { SessionGate, useSession } from "./session";

const SESSION = {
  user: { id: "user_1", email: "test@example.com", role: "merchant" },
  merchant: { id: "merch_1", name: "Test" },
  csrf_token: "csrf_1",
  expires_at: "2026-02-01T00:00:00Z",
  test_mode: true,
};
const UNKNOWN = { error: { code: "AUTHENTICATION_ERROR", description: "Log in first.", request_id: "req_1" } };

const server = vi.fn<(request: Request) => [status: number, body: unknown]>();
let loggedIn = false;

beforeEach(() => {
  loggedIn = false;
  server.mockReset().mockImplementation((request) => {
    const path = new URL(request.url).pathname;
    if (path === "/api/v1/auth/login") {
      loggedIn = true;
      return [200, SESSION];
    }
    if (!loggedIn) return [401, UNKNOWN];
    if (path === "/api/v1/auth/session") return [200, SESSION];
    if (path === "/api/v1/auth/logout") loggedIn = false;
    return [200, {}];
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    const [status, body] = server(request);
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
});
afterEach(() => {
  // Whatever is still shown would ask the true server at the glance that this is.
  cleanup();
  focusManager.setFocused(undefined);
  vi.unstubAllGlobals();
});

function Detail() {
  const { user, end } = useSession();
  const { id } = useParams();
  const fetched = useQuery({ queryKey: ["mine"], queryFn: () => `fetched by ${user.email}` });
  const make = useMutation({ mutationFn: async () => "whsec_1" });
  const ask = () => void read(api.GET("/v1/payments/{payment_id}", PATH), paymentModel).catch(() => {});
  return (
    <>
      <p>
        {id} for {user.email}
      </p>
      <p>{fetched.data}</p>
      <label>
        Note <input />
      </label>
      <button type="button" onClick={() => make.mutate()}>
        Make
      </button>
      <button type="button" onClick={() => void end()}>
        Log out
      </button>
      <button type="button" onClick={ask}>
        Ask
      </button>
      <button type="button" onClick={() => void cancelPayment("pay_7", "key_1").catch(() => {})}>
        Cancel
      </button>
    </>
  );
}

const PATH = { params: { path: { payment_id: "pay_7" } } };

let client = makeQueryClient();

async function logInAt(path: string) {
  client = makeQueryClient();
  const element = (
    <SessionGate>
      <Detail />
    </SessionGate>
  );
  const router = createMemoryRouter([{ path: "/payments/:id", element }], { initialEntries: [path] });
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("E-mail"), "test@example.com");
  await user.type(screen.getByLabelText("Password"), "secret{Enter}");
  return user;
}

it("logs in where a deep link leads", async () => {
  await logInAt("/payments/pay_7");
  await screen.findByText("pay_7 for test@example.com");
});

it("sends the CSRF token with writes, and with them only", async () => {
  const user = await logInAt("/payments/pay_7");
  await user.click(await screen.findByRole("button", { name: "Ask" }));
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(server.mock.calls.at(-1)?.[0].method).toBe("POST"));
  const tokens = server.mock.calls.map(([request]) => [request.method, request.headers.get("X-CSRF-Token")]);
  expect(tokens.filter(([method]) => method === "GET").every(([, token]) => token === null)).toBe(true);
  expect(tokens.at(-1)).toEqual(["POST", "csrf_1"]);
  expect(server.mock.calls.at(-1)?.[0].headers.get("Idempotency-Key")).toBe("key_1");
});

it("shows the login again after logging out", async () => {
  const user = await logInAt("/payments/pay_7");
  await user.click(await screen.findByRole("button", { name: "Log out" }));
  await screen.findByLabelText("Password");
});

it("shows the login when the session has ended meanwhile, and goes on at the same place", async () => {
  const user = await logInAt("/payments/pay_7");
  await screen.findByText("pay_7 for test@example.com");
  loggedIn = false;
  await user.click(screen.getByRole("button", { name: "Ask" }));
  await user.type(await screen.findByLabelText("E-mail"), "test@example.com");
  await user.type(screen.getByLabelText("Password"), "secret{Enter}");
  await screen.findByText("pay_7 for test@example.com");
});

it("shows the API's words when the password is wrong", async () => {
  const words = "The e-mail or the password is wrong.";
  server.mockImplementation(() => [401, { error: { code: "AUTHENTICATION_ERROR", description: words } }]);
  await logInAt("/payments/pay_7");
  expect((await screen.findByRole("alert")).textContent).toBe(words);
  expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("");
});

const OTHER = {
  ...SESSION,
  user: { ...SESSION.user, id: "user_2", email: "other@example.com" },
  merchant: { id: "merch_2", name: "Other" },
  csrf_token: "csrf_2",
};

/** Somebody else logs in in another tab; `refusal` is what the API says to this one's CSRF token. */
function changeUser(refusal?: object): void {
  server.mockImplementation((request) => {
    if (new URL(request.url).pathname === "/api/v1/auth/session") return [200, OTHER];
    return refusal && request.headers.get("X-CSRF-Token") === "csrf_1" ? [403, refusal] : [200, {}];
  });
}

it("begins anew, with nothing of the former user, when another one has logged in", async () => {
  const user = await logInAt("/payments/pay_7");
  await screen.findByText("fetched by test@example.com");
  await user.type(screen.getByLabelText("Note"), "mine");
  await user.click(screen.getByRole("button", { name: "Make" }));
  await waitFor(() => expect(client.getMutationCache().getAll()[0]?.state.data).toBe("whsec_1"));
  changeUser();
  act(() => focusManager.setFocused(false));
  act(() => focusManager.setFocused(true));
  await screen.findByText("pay_7 for other@example.com");
  expect(screen.queryByText("fetched by test@example.com")).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>("Note").value).toBe("");
  await screen.findByText("fetched by other@example.com");
  expect(client.getQueryData(["mine"])).toBe("fetched by other@example.com");
  expect(client.getMutationCache().getAll()).toEqual([]);
});

it("forgets what was fetched and made when the session ends", async () => {
  const user = await logInAt("/payments/pay_7");
  await user.click(await screen.findByRole("button", { name: "Make" }));
  await waitFor(() => expect(client.getMutationCache().getAll()[0]?.state.data).toBe("whsec_1"));
  await user.click(screen.getByRole("button", { name: "Log out" }));
  await screen.findByLabelText("Password");
  expect(client.getQueryData(["mine"])).toBeUndefined();
  expect(client.getMutationCache().getAll()).toEqual([]);
});

it("gets a new CSRF token when the API refuses the one that it has", async () => {
  const user = await logInAt("/payments/pay_7");
  await screen.findByText("pay_7 for test@example.com");
  const description = "The X-CSRF-Token header must be the session's csrf_token.";
  changeUser({ error: { code: "FORBIDDEN_ERROR", description, reason: "CSRF_TOKEN_INVALID" } });
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await screen.findByText("pay_7 for other@example.com");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(server.mock.calls.at(-1)?.[0].headers.get("X-CSRF-Token")).toBe("csrf_2"));
});
