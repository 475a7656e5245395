import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { fetchPayments, type Payment, paymentKeys } from "../../api/payments";
import { Card } from "../../components/Card";
import { Ago } from "../../components/DateTime";
import { Money } from "../../components/Money";
import { EmptyState, QueryView } from "../../components/States";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { LIVE, pollWithBackoff } from "../../lib/polling";
import { METHOD, STATUS } from "../payments/columns";

const SHOWN = 6;
const poll = pollWithBackoff({ ...LIVE, soonest: 3_000 });

const COLUMNS: readonly Column<Payment>[] = [
  {
    id: "amount",
    header: "Amount",
    cell: (payment) => (
      <Link to={`/payments/${payment.id}`}>
        <Money amount={payment.amount} currency={payment.currency} />
      </Link>
    ),
  },
  STATUS,
  METHOD,
  { id: "created_at", header: "Created", cell: (payment) => <Ago value={payment.created_at} /> },
];

export function RecentPayments() {
  const payments = useQuery({
    queryKey: [...paymentKeys.all, "recent"],
    queryFn: ({ signal }) => fetchPayments({}, { limit: SHOWN }, signal),
    refetchInterval: poll,
  });
  return (
    <Card title="Recent payments" flush actions={<Link to="/payments">All payments</Link>}>
      <QueryView query={payments} what="recent payments">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="No payments yet.">They appear here as soon as a shopper pays.</EmptyState>
          ) : (
            <SimpleTable label="Recent payments" columns={COLUMNS} rows={data} rowId={(payment) => payment.id} />
          )
        }
      </QueryView>
    </Card>
  );
}
