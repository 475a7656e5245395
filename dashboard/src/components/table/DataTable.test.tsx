import { focusManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider, useLocation } from "react-router";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ApiError } from "../../api/errors";
import type { ListPage, PageQuery } from "../../api/lists";
import { ToastProvider } from "../Toast";
import type { Column } from "./columns";
import { DataTable } from "./DataTable";
import { ROWS, useCursorList, useFilters } from "./list";

interface Thing {
  id: string;
  kind: string;
}

const COLUMNS: readonly Column<Thing>[] = [
  { id: "id", header: "Id", fixed: true, cell: (thing) => thing.id, csv: (thing) => thing.id },
  { id: "kind", header: "Kind", cell: (thing) => thing.kind },
  { id: "extra", header: "Extra", optional: true, cell: () => "more" },
];
const THINGS = Array.from({ length: 60 }, (_, place) => ({ id: `t${place}`, kind: place % 2 ? "odd" : "even" }));

/** As the API pages: newest first, `has_more` in the direction that was asked for. */
async function fetchThings(kind: string | undefined, page: PageQuery): Promise<ListPage<Thing>> {
  const all = THINGS.filter((thing) => !kind || thing.kind === kind);
  const place = (id: string) => all.findIndex((thing) => thing.id === id);
  if (page.ending_before) {
    const end = place(page.ending_before);
    const start = Math.max(0, end - page.limit);
    return { data: all.slice(start, end), has_more: start > 0 };
  }
  const start = page.starting_after ? place(page.starting_after) + 1 : 0;
  return { data: all.slice(start, start + page.limit), has_more: start + page.limit < all.length };
}

function Things({ fetchPage }: { fetchPage: typeof fetchThings }) {
  const { filters, setFilters } = useFilters(["kind"]);
  const { search } = useLocation();
  const list = useCursorList({
    queryKey: ["things", filters],
    fetchPage: (page) => fetchPage(filters.kind, page),
  });
  return (
    <>
      <output>{search}</output>
      <button type="button" onClick={() => setFilters({ kind: "odd" })}>
        Odd ones
      </button>
      <DataTable
        label="Things"
        columns={COLUMNS}
        list={list}
        rowId={(thing) => thing.id}
        rowLink={(thing) => `/things/${thing.id}`}
        empty={{ title: "No things." }}
      />
    </>
  );
}

function show(path = "/things", fetchPage = fetchThings) {
  const routes = [
    { path: "/things", element: <Things fetchPage={fetchPage} /> },
    { path: "/things/:id", element: <p>A thing</p> },
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

function firstId(): string | null | undefined {
  return screen.getAllByRole("row")[1]?.querySelector("a")?.textContent;
}

beforeEach(() => localStorage.clear());
afterEach(() => focusManager.setFocused(undefined));

it("pages by cursor, there and back, with its place in the URL", async () => {
  const user = show();
  await screen.findByText("t0");
  expect(screen.getByRole("button", { name: "Newer" })).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("button", { name: "Older" }));
  await waitFor(() => expect(firstId()).toBe(`t${ROWS}`));
  await user.click(screen.getByRole("button", { name: "Older" }));
  await waitFor(() => expect(firstId()).toBe(`t${2 * ROWS}`));
  expect(screen.getByRole("button", { name: "Older" })).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("button", { name: "Newer" }));
  await waitFor(() => expect(firstId()).toBe(`t${ROWS}`));
  expect(screen.getByRole("button", { name: "Older" })).toHaveProperty("disabled", false);
  await user.click(screen.getByRole("button", { name: "Newer" }));
  await waitFor(() => expect(firstId()).toBe("t0"));
  expect(screen.getByRole("button", { name: "Newer" })).toHaveProperty("disabled", true);
});

it("takes filters and place from the URL; a new filter leads to the first page", async () => {
  const user = show("/things?after=t30");
  await waitFor(() => expect(firstId()).toBe("t31"));
  await user.click(screen.getByRole("button", { name: "Odd ones" }));
  await waitFor(() => expect(firstId()).toBe("t1"));
  expect(screen.getAllByRole("status").map((status) => status.textContent)).toContain("?kind=odd");
});

it("hides and shows columns and remembers it", async () => {
  const user = show();
  await screen.findByText("t0");
  expect(headers()).toEqual(["Id", "Kind"]);
  await user.click(screen.getByRole("button", { name: "Columns" }));
  expect(screen.queryByRole("menuitemcheckbox", { name: "Id" })).toBeNull();
  await user.click(screen.getByRole("menuitemcheckbox", { name: "Kind" }));
  await user.click(screen.getByRole("menuitemcheckbox", { name: "Extra" }));
  expect(headers()).toEqual(["Id", "Extra"]);
  expect(JSON.parse(localStorage.getItem("paygate-columns-things") ?? "")).toEqual({ kind: false, extra: true });
});

function headers(): (string | null)[] {
  return [...document.querySelectorAll("th")].map((header) => header.textContent);
}

it("opens a row by a click anywhere in it", async () => {
  const user = show();
  await user.click((await screen.findAllByText("odd"))[0] as HTMLElement);
  await screen.findByText("A thing");
});

it("says that there is nothing", async () => {
  show("/things", async () => ({ data: [], has_more: false }));
  await screen.findByText("No things.");
});

it("shows an error and tries again", async () => {
  let broken = true;
  const user = show("/things", async (kind, page) => {
    if (broken) throw new Error("broken");
    return fetchThings(kind, page);
  });
  const alert = await screen.findByRole("alert");
  broken = false;
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  await screen.findByText("t0");
});

it("leads to the first page from one whose rows are gone", async () => {
  const user = show("/things?after=t59&kind=odd");
  await screen.findByText("No things.");
  await user.click(screen.getByRole("button", { name: "Newer" }));
  await waitFor(() => expect(firstId()).toBe("t1"));
  expect(screen.getAllByRole("status").map((status) => status.textContent)).toContain("?kind=odd");
});

it("says in the API's words why it is not up to date", async () => {
  let refusal: ApiError | null = null;
  show("/things", async (kind, page) => {
    if (refusal) throw refusal;
    return fetchThings(kind, page);
  });
  await screen.findByText("t0");
  refusal = new ApiError("You may not see this.", { status: 403, code: "FORBIDDEN_ERROR" });
  act(() => focusManager.setFocused(false));
  act(() => focusManager.setFocused(true));
  await screen.findByText("Not up to date. You may not see this.");
  expect(screen.getByText("t0")).toBeTruthy();
});
