import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/errors";

const RETRIES = 2;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the browser takes for offline may reach the API all the same; if not, the reader is told so at once.
        networkMode: "always",
        refetchOnReconnect: true,
        staleTime: 2_000,
        retry: (failures, error) => failures < RETRIES && !(error instanceof ApiError && error.definite),
        // Pages ask again by themselves while they are looked at, and at once when the reader comes back.
        refetchOnWindowFocus: true,
      },
      // A write that waited for the network would be sent later, when nobody expects it, and perhaps a second time.
      // Replies may hold secrets, so each is forgotten with the component that asked for it.
      mutations: { networkMode: "always", gcTime: 0 },
    },
  });
}
