/** CSV as spreadsheets read it (RFC 4180), with texts that they would run as formulas made harmless. */

export type CsvValue = string | number | boolean | null | undefined;

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n]/;
/** Without it, Excel takes UTF-8 for something else. */
const BYTE_ORDER_MARK = "\uFEFF";

/** A list that is longer than this is cut; whoever needs more narrows the filters. */
export const CSV_ROWS_MAX = 10_000;

export interface CsvColumn<Row> {
  header: string;
  value: (row: Row) => CsvValue;
}

export function csvField(value: CsvValue): string {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map((column) => csvField(column.header))];
  for (const row of rows) lines.push(columns.map((column) => csvField(column.value(row))));
  return `${BYTE_ORDER_MARK}${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

/** All rows of `pages`, at most `max`; `cut` says that there would have been more. */
export async function collectRows<Row>(
  pages: AsyncIterable<readonly Row[]>,
  onProgress: (count: number) => void,
  max = CSV_ROWS_MAX,
): Promise<{ rows: Row[]; cut: boolean }> {
  const rows: Row[] = [];
  for await (const page of pages) {
    if (rows.length + page.length > max) {
      rows.push(...page.slice(0, max - rows.length));
      onProgress(rows.length);
      return { rows, cut: true };
    }
    rows.push(...page);
    onProgress(rows.length);
  }
  return { rows, cut: false };
}

export function saveFile(name: string, text: string, type = "text/csv;charset=utf-8"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
