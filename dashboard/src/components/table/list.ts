/** A list of the API behind a table: its filters and its place are in the URL, so that links and reloads keep them. */

import { keepPreviousData, type QueryKey, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { ListPage, PageQuery } from "../../api/lists";
import { CALM, type Pace, pollWithBackoff } from "../../lib/polling";

export const ROWS = 25;
const CSV_PAGE = 100;
const PLACE = ["after", "before"] as const;

export interface Pager {
  hasNext: boolean;
  hasPrevious: boolean;
  next: () => void;
  previous: () => void;
}

export interface List<Row> {
  rows: readonly Row[] | undefined;
  error: Error | null;
  /** What is shown is the page or filter before, until the new one is there. */
  stale: boolean;
  retry: () => void;
  pager: Pager;
  /** The whole list under these filters, page by page, for CSV. */
  pages: (signal: AbortSignal) => AsyncIterable<readonly Row[]>;
}

/** Filters of the URL's query; setting one leads back to the first page. */
export function useFilters<Name extends string>(names: readonly Name[]) {
  const [search, setSearch] = useSearchParams();
  // biome-ignore lint/correctness/useExhaustiveDependencies: names are constants of the page
  const filters = useMemo(() => {
    const pairs = names.map((name) => [name, search.get(name) ?? undefined] as const);
    return Object.fromEntries(pairs.filter(([, value]) => value)) as Partial<Record<Name, string>>;
  }, [search]);
  const setFilters = useCallback(
    (changes: Partial<Record<Name, string>>) => {
      setSearch(
        (present) => {
          const next = new URLSearchParams(present);
          for (const name of PLACE) next.delete(name);
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setSearch],
  );
  const clear = () => setFilters(Object.fromEntries(names.map((name) => [name, ""])) as Record<Name, string>);
  return { filters, setFilters, clear, active: Object.keys(filters).length };
}

interface CursorListOptions<Row> {
  /** Names the list and its filters. */
  queryKey: QueryKey;
  fetchPage: (page: PageQuery, signal: AbortSignal) => Promise<ListPage<Row>>;
  pace?: Pace;
}

/** A list that is paged by cursors. */
export function useCursorList<Row extends { id: string }>({
  queryKey,
  fetchPage,
  pace = CALM,
}: CursorListOptions<Row>): List<Row> {
  const [search, setSearch] = useSearchParams();
  const after = search.get("after");
  const before = search.get("before");
  const page: PageQuery = {
    limit: ROWS,
    ...(after ? { starting_after: after } : before ? { ending_before: before } : {}),
  };
  const query = useQuery({
    queryKey: [...queryKey, page],
    queryFn: ({ signal }) => fetchPage(page, signal),
    placeholderData: keepPreviousData,
    refetchInterval: useMemo(() => pollWithBackoff(pace), [pace]),
  });
  const rows = query.data?.data;
  const more = query.data?.has_more ?? false;

  /** Without a row, as where the rows of this place are gone by now, to the first page. */
  function go(name: "after" | "before", row: Row | undefined): void {
    const next = new URLSearchParams(search);
    for (const place of PLACE) next.delete(place);
    if (row) next.set(name, row.id);
    setSearch(next);
  }

  return {
    rows,
    error: query.error,
    stale: query.isPlaceholderData,
    retry: () => void query.refetch(),
    pager: {
      // Whoever came back from a later page can go there again; has_more speaks of the direction that was asked for.
      hasNext: after || !before ? more : true,
      hasPrevious: after ? true : before ? more : false,
      next: () => go("after", rows?.at(-1)),
      previous: () => go("before", rows?.[0]),
    },
    pages: (signal) => cursorPages(fetchPage, signal),
  };
}

export async function* cursorPages<Row extends { id: string }>(
  fetchPage: (page: PageQuery, signal: AbortSignal) => Promise<ListPage<Row>>,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined;
  for (;;) {
    const page = await fetchPage({ limit: CSV_PAGE, ...(cursor ? { starting_after: cursor } : {}) }, signal);
    yield page.data;
    cursor = page.data.at(-1)?.id;
    if (!page.has_more || !cursor) return;
  }
}
