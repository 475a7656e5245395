import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError, describeError } from "../api/errors";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Icon } from "./Icon";
import styles from "./States.module.css";

interface EmptyStateProps {
  title: string;
  children?: ReactNode;
}

export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className={styles.state}>
      <p className={styles.title}>{title}</p>
      {children && <div className="muted">{children}</div>}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
}

export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className={styles.state} role="alert">
      <span className={styles.sign}>
        <Icon name="warning" size={20} />
      </span>
      <p className={styles.title}>{describeError(error)}</p>
      {requestId && (
        <p className="muted">
          Request <span className="code">{requestId}</span> <CopyButton value={requestId} what="request id" />
        </p>
      )}
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** One quiet line below data whose refetch has failed. */
export function StaleNote({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p className={styles.note} role="status">
      {staleWords(error)}
    </p>
  );
}

export function staleWords(error: unknown): string {
  return `Not up to date. ${describeError(error)}`;
}

interface SkeletonProps {
  lines?: number;
  /** What is being loaded, for screen readers. */
  what?: string;
}

export function Skeleton({ lines = 3, what = "content" }: SkeletonProps) {
  return (
    <div className={styles.skeleton} role="status">
      <span className="said">Loading {what}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same
        <span key={line} className={styles.bar} />
      ))}
    </div>
  );
}

interface QueryViewProps<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  what: string;
  lines?: number;
  children: (data: Data) => ReactNode;
}

/** A query's data, its skeleton until it is there, its error if it never came. Old data outlasts a failed refetch. */
export function QueryView<Data>({ query, what, lines = 3, children }: QueryViewProps<Data>) {
  if (query.data !== undefined) {
    return (
      <>
        {children(query.data)}
        <StaleNote error={query.error} />
      </>
    );
  }
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton lines={lines} what={what} />;
}
