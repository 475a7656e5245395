import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ToastProvider } from "../../components/Toast";
import DeadLettersPage from "./DeadLettersPage";
import OpsPage from "./OpsPage";

const QUEUE = { name: "payments", waiting: 3, in_flight: 1, delayed: 0, oldest_age_seconds: 65, dead_letters: 2 };
const AT = "2026-01-31T00:00:00Z";
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/v1/ops/queues": { data: [QUEUE, { ...QUEUE, name: "refunds", oldest_age_seconds: null, dead_letters: 0 }] },
  "/api/v1/ops/status": {
    workers: [
      { name: "sweep", status: "running", ran_at: AT },
      { name: "process_payments", status: "stopped" },
    ],
    jobs: { pending: 1, processing: 2, completed: 3, failed: 4 },
    sweep: { ran_at: AT },
    reconcile: {
      ran_at: AT,
      checked_until: AT,
      differences: [{ subject_id: "pay_1", account: "merchant_payable", rows: 100, ledger: 90, found_at: AT }],
    },
  },
  "/api/v1/ops/invariants": {
    checked_at: AT,
    window_hours: 24,
    invariants: [
      { name: "books_balance", description: "They balance.", checked: 9, violations: 0, examples: [] },
      { name: "sequences", description: "No gaps.", checked: 9, violations: 1, examples: ["pay_2"] },
    ],
  },
  "/api/v1/ops/dead-letters": {
    data: ["m1", "m2"].map((message_id) => ({ message_id, sent_at: AT, receive_count: 5, body: '{"id":"pay_1"}' })),
  },
  "/api/v1/ops/dead-letters/redrive": { moved: 2 },
  "/api/v1/ops/dead-letters/discard": { discarded: 1 },
};
let changed: Record<string, { answer: unknown; status?: number }> = {};
const asked: [path: string, body: unknown][] = [];

beforeEach(() => {
  asked.length = 0;
  changed = {};
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    asked.push([pathname, request.method === "GET" ? null : await request.json()]);
    const { answer, status = 200 } = changed[pathname] ?? { answer: ANSWERS[pathname] };
    return new Response(JSON.stringify(answer), {
      status,
      headers: { "Content-Type": "application/json" },
    });
  });
});
afterEach(() => void vi.unstubAllGlobals());

function show(path: string) {
  const routes = [
    { path: "/ops", element: <OpsPage /> },
    { path: "/ops/dead-letters/:queue", element: <DeadLettersPage /> },
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

const written = () => asked.filter(([, body]) => body !== null);

it("shows queues, workers and differences of the books", async () => {
  show("/ops");
  const letters = await screen.findByRole("link", { name: /^2 dead letters of payments$/ });
  expect(letters.getAttribute("href")).toBe("/ops/dead-letters/payments");
  expect(screen.getByText("1 min 05 s")).toBeTruthy();
  expect((await screen.findByRole("link", { name: "pay_1" })).getAttribute("href")).toBe("/payments/pay_1");
  expect(screen.getByText("Stopped")).toBeTruthy();
});

it("checks the invariants when asked to, and not before", async () => {
  const user = show("/ops");
  await screen.findByText("Not checked yet.");
  expect(asked.map(([path]) => path)).not.toContain("/api/v1/ops/invariants");
  await user.click(screen.getByRole("button", { name: "Check now" }));
  await screen.findByText("Passed");
  expect(screen.getByText("Failed", { selector: "span" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "pay_2" })).toBeTruthy();
});

it("redrives all messages, or those that are ticked", async () => {
  const user = show("/ops/dead-letters/payments");
  await user.click(await screen.findByRole("checkbox", { name: "Message m2" }));
  await user.click(screen.getByRole("button", { name: "Redrive 1" }));
  await user.click(await screen.findByRole("button", { name: "Redrive 1 message" }));
  await screen.findAllByText("2 messages are on the queue again.");
  await user.click(screen.getByRole("button", { name: "Redrive all" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Redrive all" }));
  await vi.waitFor(() => expect(written()).toHaveLength(2));
  expect(written().map(([, body]) => body)).toEqual([
    { queue: "payments", message_ids: ["m2"] },
    { queue: "payments" },
  ]);
});

it("discards only what is ticked, after a question", async () => {
  const user = show("/ops/dead-letters/payments");
  expect(await screen.findByRole("button", { name: "Discard selected" })).toHaveProperty("disabled", true);
  await user.click(await screen.findByRole("checkbox", { name: "Message m1" }));
  await user.click(screen.getByRole("button", { name: "Discard 1" }));
  expect(written()).toEqual([]);
  await user.click(await screen.findByRole("button", { name: "Discard 1 message" }));
  await screen.findAllByText("1 message was discarded.");
  expect(written()).toEqual([["/api/v1/ops/dead-letters/discard", { queue: "payments", message_ids: ["m1"] }]]);
});

it("asks about what was ticked, though it is gone from the page by the answer", async () => {
  const user = show("/ops/dead-letters/payments");
  await user.click(await screen.findByRole("checkbox", { name: "Message m2" }));
  await user.click(screen.getByRole("button", { name: "Redrive 1" }));
  const refusal = { error: { code: "UNAVAILABLE_ERROR", description: "It is down for a moment." } };
  changed["/api/v1/ops/dead-letters/redrive"] = { answer: refusal, status: 503 };
  changed["/api/v1/ops/dead-letters"] = { answer: { data: [] } };
  await user.click(await screen.findByRole("button", { name: "Redrive 1 message" }));
  await screen.findByText("It is down for a moment.");
  await vi.waitFor(() => expect(screen.queryByText("m2")).toBeNull());
  await user.click(screen.getByRole("button", { name: "Redrive 1 message" }));
  await vi.waitFor(() => expect(written()).toHaveLength(2));
  expect(written().map(([, body]) => body)).toEqual(Array(2).fill({ queue: "payments", message_ids: ["m2"] }));
});
