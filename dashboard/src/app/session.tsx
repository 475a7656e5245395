import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useMemo } from "react";
import { onOldCsrfToken, onSessionEnd, setCsrfToken } from "../api/client";
import { ApiError } from "../api/errors";
import { getSession, logOut, type Session } from "../api/session";
import { ErrorState } from "../components/States";
import { ShellSkeleton } from "./ShellSkeleton";
import styles from "./session.module.css";

interface SessionActions extends Session {
  /** Ends the session on the server, and forgets what was fetched with it. */
  end: () => Promise<void>;
}

const SessionContext = createContext<SessionActions | null>(null);
const LoginPage = lazy(() => import("../pages/login/LoginPage"));
const KEY = ["session"] as const;

/** The logged-in user's pages; without a session the login takes their place and the URL stays, so deep links hold. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const query = useQuery<Session | null>({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      try {
        const session = await getSession(signal);
        const before = queries.getQueryData<Session | null>(KEY);
        // Somebody else has logged in, in another tab.
        if (before && ownerOf(before) !== ownerOf(session)) forget(queries);
        setCsrfToken(session.csrf_token);
        return session;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
    // Another tab may have changed it meanwhile.
    refetchOnWindowFocus: "always",
  });

  useEffect(() => {
    onSessionEnd(() => {
      // The login itself asks for the session and is told that there is none.
      if (queries.getQueryData(KEY)) queries.setQueryData(KEY, null);
    });
    onOldCsrfToken(() => void queries.invalidateQueries({ queryKey: KEY }));
  }, [queries]);

  const session = query.data;
  useEffect(() => {
    if (session === null) forget(queries);
  }, [queries, session]);

  const value = useMemo(() => {
    if (!session) return null;
    const end = async () => {
      await logOut();
      setCsrfToken(null);
      queries.setQueryData(KEY, null);
    };
    return { ...session, end };
  }, [session, queries]);

  if (value) {
    return (
      // Another user's pages begin anew.
      <SessionContext key={ownerOf(value)} value={value}>
        {children}
      </SessionContext>
    );
  }
  if (session === null) {
    return (
      <Suspense fallback={<ShellSkeleton />}>
        <LoginPage
          onLogin={(next) => {
            setCsrfToken(next.csrf_token);
            queries.setQueryData(KEY, next);
          }}
        />
      </Suspense>
    );
  }
  if (query.error) {
    return (
      <main className={styles.alone}>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </main>
    );
  }
  return <ShellSkeleton />;
}

function ownerOf({ user, merchant }: Session): string {
  return `${user.id} ${merchant.id}`;
}

/** What one user has fetched or made, the next one must not see. */
function forget(queries: QueryClient): void {
  queries.removeQueries({ predicate: (each) => each.queryKey[0] !== KEY[0] });
  queries.getMutationCache().clear();
}

export function useSession(): SessionActions {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs a SessionGate above it");
  return session;
}
