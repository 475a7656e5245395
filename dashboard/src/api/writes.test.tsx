import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import { newIdempotencyKey, useWrite } from "./writes";

const client = new QueryClient();
const UNREACHABLE = new ApiError("No answer.", { status: 0, code: "UNREACHABLE" });

function write(send: (amount: number, key: string) => Promise<unknown>, name?: readonly string[]) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const options = { send, outdates: [["payments"]], ...(name ? { name } : {}) };
  const { result } = renderHook(() => useWrite(options), { wrapper });
  return async (amount: number) => {
    await act(async () => {
      await result.current.mutateAsync(amount).catch(() => {});
    });
    await waitFor(() => expect(result.current.isPending).toBe(false));
  };
}

function keysOf(send: ReturnType<typeof vi.fn>): unknown[] {
  return send.mock.calls.map((call) => call[1]);
}

it("makes keys that the API takes, each another", () => {
  expect(newIdempotencyKey()).toMatch(/^dash_[0-9a-f]{32}$/);
  expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
});

it("keeps the key while nobody knows whether the write has happened", async () => {
  const broken = new ApiError("Broken.", { status: 503, code: "UNAVAILABLE_ERROR" });
  const send = vi.fn().mockRejectedValueOnce(UNREACHABLE).mockRejectedValueOnce(broken).mockResolvedValue({});
  const run = write(send);
  await run(5);
  await run(5);
  await run(5);
  expect(new Set(keysOf(send)).size).toBe(1);
  await run(5);
  expect(new Set(keysOf(send)).size).toBe(2);
});

it.each([
  ["the first one is still in progress", { status: 409, code: "CONFLICT_ERROR", reason: "IDEMPOTENCY_KEY_IN_USE" }],
  ["a proxy gave up waiting", { status: 408, code: "UNEXPECTED_REPLY" }],
  ["there were too many", { status: 429, code: "RATE_LIMIT_ERROR" }],
])("keeps the key when %s", async (_, details) => {
  const send = vi.fn().mockRejectedValue(new ApiError("Not now.", details));
  const run = write(send);
  await run(5);
  await run(5);
  expect(new Set(keysOf(send)).size).toBe(1);
});

it("keeps the key of what is named for the next dialog, while the body is the same", async () => {
  const send = vi.fn().mockRejectedValue(UNREACHABLE);
  await write(send, ["refund", "pay_1"])(5);
  await write(send, ["refund", "pay_1"])(5);
  expect(new Set(keysOf(send)).size).toBe(1);
  await write(send, ["refund", "pay_2"])(5);
  await write(send, ["refund", "pay_1"])(6);
  expect(new Set(keysOf(send)).size).toBe(3);
});

it("keeps the key of what has no name for its component alone", async () => {
  const send = vi.fn().mockRejectedValue(UNREACHABLE);
  await write(send)(5);
  await write(send)(5);
  expect(new Set(keysOf(send)).size).toBe(2);
});

it("takes a new key for another body and after a refusal", async () => {
  const refused = new ApiError("No.", { status: 409, code: "CONFLICT_ERROR" });
  const send = vi.fn().mockRejectedValue(refused);
  const run = write(send);
  await run(5);
  await run(5);
  await run(6);
  expect(new Set(keysOf(send)).size).toBe(3);
});

it.each([
  ["done", vi.fn().mockResolvedValue({})],
  ["refused", vi.fn().mockRejectedValue(new ApiError("No.", { status: 409, code: "CONFLICT_ERROR" }))],
  ["not clearly answered", vi.fn().mockRejectedValue(UNREACHABLE)],
])("makes what it outdates be fetched again when it is %s", async (_, send) => {
  client.setQueryData(["payments", "one"], {});
  await write(send)(1);
  expect(client.getQueryState(["payments", "one"])?.isInvalidated).toBe(true);
});
