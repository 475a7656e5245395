import type { UseQueryResult } from "@tanstack/react-query";
import { ApiError } from "../api/errors";
import { Page } from "./Page";
import { EmptyState, ErrorState, Skeleton } from "./States";

interface DetailFallbackProps {
  query: Pick<UseQueryResult, "error" | "refetch">;
  /** What the page is about: "Refund". */
  name: string;
  id: string;
  back: { to: string; label: string };
  /** What a missing one is not among, where that is not what the list is called. */
  among?: string;
}

/** A detail page without its data: loading, not there, or not to be had. */
export function DetailFallback({ query, name, id, back, among = back.label.toLowerCase() }: DetailFallbackProps) {
  const missing = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Page title={missing ? `${name} not found` : name} back={back}>
      {missing ? (
        <EmptyState title={`There is no such ${name.toLowerCase()}.`}>
          <span className="code">{id}</span> is not among the {among} of this merchant.
        </EmptyState>
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton lines={8} what={name.toLowerCase()} />
      )}
    </Page>
  );
}
