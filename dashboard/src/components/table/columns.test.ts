import { expect, it } from "vitest";
import { toCsv } from "../../lib/csv";
import { type Column, csvColumns, shownColumns } from "./columns";

interface Row {
  id: string;
  amount: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "id", header: "Id", fixed: true, cell: (row) => row.id, csv: (row) => row.id },
  {
    id: "amount",
    header: "Amount",
    cell: (row) => row.amount,
    csv: [
      { header: "amount", value: (row) => row.amount },
      { header: "currency", value: () => "INR" },
    ],
  },
  { id: "note", header: "Note", optional: true, cell: () => "" },
];

it("shows all but the optional columns", () => {
  expect(shownColumns(COLUMNS, {})).toEqual({ id: true, amount: true, note: false });
});

it("follows the reader's choice, but never hides a fixed column", () => {
  expect(shownColumns(COLUMNS, { id: false, amount: false, note: true, gone: true })).toEqual({
    id: true,
    amount: false,
    note: true,
  });
});

it("exports what has a CSV value, shown or not", () => {
  expect(toCsv(csvColumns(COLUMNS), [{ id: "a", amount: 5 }])).toBe("\uFEFFid,amount,currency\r\na,5,INR\r\n");
});
