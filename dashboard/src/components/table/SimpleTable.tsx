import { classes } from "../../lib/classes";
import type { Column } from "./columns";
import styles from "./DataTable.module.css";

interface SimpleTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** The rows are those of another choice, until those of the new one are there. */
  stale?: boolean;
}

/** A few rows inside a card; no paging, no picking of columns. */
export function SimpleTable<Row>({ label, columns, rows, rowId, stale = false }: SimpleTableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${label}, table`}>
      <table className={classes(styles.table, stale && styles.stale)} aria-busy={stale}>
        <caption className="said">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-align={column.align} data-from={column.from}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)}>
              {columns.map((column) => (
                <td key={column.id} data-align={column.align} data-from={column.from}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
