import { onlineManager, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors";
import { useWrite } from "../api/writes";
import { makeQueryClient } from "./queryClient";

const client = makeQueryClient();

function show<Result>(send: () => Promise<Result>) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => useWrite({ send }), { wrapper });
}

afterEach(() => onlineManager.setOnline(true));

it("tries a write at once though the browser is offline, and never sends it later", async () => {
  const send = vi.fn().mockRejectedValue(new ApiError("No answer.", { status: 0, code: "UNREACHABLE" }));
  onlineManager.setOnline(false);
  const { result } = show(send);
  act(() => result.current.mutate(undefined));
  await waitFor(() => expect(result.current.isError).toBe(true));
  act(() => onlineManager.setOnline(true));
  await client.resumePausedMutations();
  expect(send).toHaveBeenCalledTimes(1);
});

it("asks though the browser is offline, and anew when it no longer is", async () => {
  const defaults = client.defaultQueryOptions({ queryKey: ["thing"] });
  expect(defaults).toMatchObject({ networkMode: "always", refetchOnReconnect: true });
});

it("forgets a reply with the component that has asked for it", async () => {
  const { result, unmount } = show(async () => ({ secret: "whsec_1" }));
  act(() => result.current.mutate(undefined));
  await waitFor(() => expect(result.current.data).toEqual({ secret: "whsec_1" }));
  unmount();
  await waitFor(() => expect(client.getMutationCache().getAll()).toEqual([]));
});
