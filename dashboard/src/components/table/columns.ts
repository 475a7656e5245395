/** What a table's columns are, in this dashboard's words. */

import type { ReactNode } from "react";
import type { CsvColumn, CsvValue } from "../../lib/csv";

export interface Column<Row> {
  /** Names the column in the reader's preferences. */
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  align?: "end";
  /** Not shown until the reader picks it. */
  optional?: boolean;
  /** Cannot be hidden. */
  fixed?: boolean;
  /** On narrower screens than this the column makes room for others. */
  from?: "tablet" | "desktop";
  /** The column in a CSV file: its value, or several columns; without it, it is left out there. */
  csv?: ((row: Row) => CsvValue) | readonly CsvColumn<Row>[];
}

/** CSV has every column, whatever is shown. */
export function csvColumns<Row>(columns: readonly Column<Row>[]): CsvColumn<Row>[] {
  return columns.flatMap((column) => {
    if (!column.csv) return [];
    return typeof column.csv === "function" ? [{ header: column.id, value: column.csv }] : [...column.csv];
  });
}

/** Which columns are shown: all but the optional ones, unless the reader has chosen otherwise. */
export function shownColumns<Row>(
  columns: readonly Column<Row>[],
  chosen: Readonly<Record<string, boolean>>,
): Record<string, boolean> {
  return Object.fromEntries(
    columns.map((column) => [column.id, column.fixed ? true : (chosen[column.id] ?? !column.optional)]),
  );
}
