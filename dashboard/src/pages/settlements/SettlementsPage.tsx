import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { fetchSettlementsCsv, type Settlement, settlementsQuery } from "../../api/settlements";
import { Card } from "../../components/Card";
import { useNow } from "../../components/DateTime";
import { Money } from "../../components/Money";
import { Page } from "../../components/Page";
import { EmptyState, QueryView } from "../../components/States";
import type { Column } from "../../components/table/columns";
import { useFilters } from "../../components/table/list";
import { SimpleTable } from "../../components/table/SimpleTable";
import { formatDay, formatMonth, isMonth, lastDayOf, monthAfter, utcDay } from "./calendar";
import { SaveCsv } from "./SaveCsv";
import { Stepper } from "./Stepper";

function money(id: string, header: string, of: (row: Settlement) => number, from?: "tablet"): Column<Settlement> {
  const cell = (row: Settlement) => <Money amount={of(row)} currency={row.currency} />;
  return { id, header, align: "end", cell, ...(from && { from }) };
}

const COLUMNS: readonly Column<Settlement>[] = [
  {
    id: "day",
    header: "Day",
    cell: (row) => (
      <Link to={`/settlements/${row.date}`} data-row-link>
        {formatDay(row.date)}
      </Link>
    ),
  },
  { id: "currency", header: "Currency", from: "tablet", cell: (row) => row.currency },
  money("captured", "Captured", (row) => row.captured, "tablet"),
  money("refunded", "Refunded", (row) => row.refunded - row.refunds_failed, "tablet"),
  money("fees", "Fees", (row) => row.fees, "tablet"),
  money("net", "Net", (row) => row.net),
];

export default function SettlementsPage() {
  const { filters, setFilters } = useFilters(["month"]);
  const today = utcDay(useNow(60_000));
  const present = today.slice(0, 7);
  const month = filters.month && isMonth(filters.month) ? filters.month : present;
  const days = { first: `${month}-01`, last: lastDayOf(month) };
  const settlements = useQuery(settlementsQuery(days));
  const go = (to: string) => setFilters({ month: to === present ? "" : to });
  return (
    <Page
      title="Settlements"
      description="What was booked on each day, by currency. A day is one of UTC."
      actions={<SaveCsv name={month} fetch={() => fetchSettlementsCsv(days)} />}
    >
      <div className="stack">
        <Stepper
          unit="month"
          onBack={() => go(monthAfter(month, -1))}
          onOn={month < present ? () => go(monthAfter(month, 1)) : null}
        >
          <strong>{formatMonth(month)}</strong>
        </Stepper>
        <QueryView query={settlements} what="the month’s settlements" lines={8}>
          {({ data }) =>
            data.length === 0 ? (
              <EmptyState title="Nothing was booked in this month.">
                Captured payments, refunds and fees appear here on the day that they are booked.
              </EmptyState>
            ) : (
              <Card title="By day" flush>
                <SimpleTable
                  label="Settlements"
                  columns={COLUMNS}
                  rows={data}
                  rowId={(row) => `${row.date} ${row.currency}`}
                />
              </Card>
            )
          }
        </QueryView>
      </div>
    </Page>
  );
}
