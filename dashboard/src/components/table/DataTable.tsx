import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { type MouseEvent, type ReactNode, useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { classes } from "../../lib/classes";
import { keepPreference, readPreference } from "../../lib/storage";
import { Button } from "../Button";
import { Icon } from "../Icon";
import { EmptyState, ErrorState, staleWords } from "../States";
import { ColumnPicker } from "./ColumnPicker";
import { type Column, csvColumns, shownColumns } from "./columns";
import styles from "./DataTable.module.css";
import { ExportButton } from "./ExportButton";
import type { List } from "./list";

interface DataTableProps<Row extends object> {
  /** What is in it, "Payments": the table's name for screen readers and the file's for CSV. */
  label: string;
  columns: readonly Column<Row>[];
  list: List<Row>;
  rowId: (row: Row) => string;
  /** The page about a row; the first column's content becomes its link. */
  rowLink?: (row: Row) => string;
  /** Filters and searches, above the table. */
  filters?: ReactNode;
  /** What to say when there are no rows. */
  empty: { title: string; children?: ReactNode };
}

const features = tableFeatures({ columnVisibilityFeature });
const SKELETON_ROWS = 8;
const INTERACTIVE = "a, button, input, select, label";

/** A list in rows. `j` and `k` move along them, Enter opens one; the API sorts (newest first) and pages. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, list, rowId, rowLink, filters, empty } = props;
  const navigate = useNavigate();
  const [chosen, setChosen] = useChosenColumns(label);
  const columnVisibility = useMemo(() => shownColumns(columns, chosen), [columns, chosen]);
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(columns.map(({ id, header }) => helper.display({ id, header })));
  }, [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: (list.rows ?? NO_ROWS) as Row[],
    getRowId: rowId,
    state: { columnVisibility },
  });
  const shown = table.getVisibleLeafColumns().flatMap((column) => byId.get(column.id) ?? []);

  function open(event: MouseEvent<HTMLTableRowElement>, row: Row): void {
    const inside = (event.target as Element).closest(INTERACTIVE);
    if (!rowLink || inside || window.getSelection()?.toString()) return;
    void navigate(rowLink(row));
  }

  return (
    <section className={styles.frame} aria-label={label}>
      <div className={styles.toolbar}>
        <div className={styles.filters}>{filters}</div>
        <div className={styles.tools}>
          <ColumnPicker columns={columns} shown={columnVisibility} onChange={setChosen} />
          <ExportButton label={label} columns={csvColumns(columns)} pages={list.pages} />
        </div>
      </div>
      {list.error && list.rows === undefined ? (
        <ErrorState error={list.error} onRetry={list.retry} />
      ) : list.rows?.length === 0 ? (
        <EmptyState title={empty.title}>{empty.children}</EmptyState>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${label}, table`}>
          <table className={classes(styles.table, list.stale && styles.stale)} aria-busy={list.rows === undefined}>
            <caption className="said">{list.rows === undefined ? `Loading ${label.toLowerCase()}` : label}</caption>
            <thead>
              <tr>
                {shown.map((column) => (
                  <th key={column.id} scope="col" data-align={column.align} data-from={column.from}>
                    {column.header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.rows === undefined
                ? Array.from({ length: SKELETON_ROWS }, (_, row) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same
                    <tr key={row}>
                      {shown.map((column) => (
                        <td key={column.id} data-from={column.from}>
                          <span className={styles.bone} />
                        </td>
                      ))}
                    </tr>
                  ))
                : table.getRowModel().rows.map((row) => (
                    <tr
                      key={row.id}
                      className={rowLink ? styles.clickable : undefined}
                      onClick={(event) => open(event, row.original)}
                    >
                      {shown.map((column, place) => (
                        <td key={column.id} data-align={column.align} data-from={column.from}>
                          {place === 0 && rowLink ? (
                            <Link to={rowLink(row.original)} className={styles.link} data-row-link>
                              {column.cell(row.original)}
                            </Link>
                          ) : (
                            column.cell(row.original)
                          )}
                        </td>
                      ))}
                    </tr>
                  ))}
            </tbody>
          </table>
        </div>
      )}
      <PagerBar list={list} />
    </section>
  );
}

const NO_ROWS: readonly never[] = [];

function PagerBar<Row>({ list }: { list: List<Row> }) {
  const { pager, error, rows } = list;
  return (
    <div className={styles.pager}>
      <span className="muted number" role="status">
        {error && rows !== undefined && staleWords(error)}
      </span>
      <nav className="cluster" aria-label="Pages">
        <Button size="small" disabled={!pager.hasPrevious} onClick={pager.previous}>
          <Icon name="left" size={12} />
          Newer
        </Button>
        <Button size="small" disabled={!pager.hasNext} onClick={pager.next}>
          Older
          <Icon name="right" size={12} />
        </Button>
      </nav>
    </div>
  );
}

/** The reader's choice of columns, kept in the browser. */
function useChosenColumns(label: string) {
  const name = `columns-${label.toLowerCase().replaceAll(" ", "-")}`;
  const [chosen, setChosen] = useState<Record<string, boolean>>(() => parseChoice(readPreference(name)));
  function choose(id: string, visible: boolean): void {
    const next = { ...chosen, [id]: visible };
    keepPreference(name, JSON.stringify(next));
    setChosen(next);
  }
  return [chosen, choose] as const;
}

function parseChoice(text: string | null): Record<string, boolean> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return value !== null && typeof value === "object" ? (value as Record<string, boolean>) : {};
  } catch {
    return {};
  }
}
