import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { type Order, orderQuery } from "../../api/orders";
import { fetchPayments, type Payment, paymentKeys } from "../../api/payments";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { DetailFallback } from "../../components/DetailFallback";
import { Id } from "../../components/Id";
import { KeyValue } from "../../components/KeyValue";
import { Money } from "../../components/Money";
import { Page } from "../../components/Page";
import { EmptyState, QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { toWords } from "../../lib/format";
import { formatMoney } from "../../lib/money";
import { CALM, pollWithBackoff } from "../../lib/polling";
import { AMOUNT, CREATED, METHOD, STATUS } from "../payments/columns";

const BACK = { to: "/orders", label: "Orders" };
const SHOWN = 10;
const poll = pollWithBackoff(CALM);

export default function OrderPage() {
  const { orderId = "" } = useParams();
  const order = useQuery(orderQuery(orderId));
  const { data } = order;
  if (data === undefined) return <DetailFallback query={order} name="Order" id={orderId} back={BACK} />;
  const notes = Object.entries(data.notes);
  return (
    <Page
      title={`Order of ${formatMoney(data.amount, data.currency)}`}
      aside={<StatusBadge status={data.status} />}
      description={<Id value={data.id} what="order id" />}
      back={BACK}
      actions={<Link to={`/developers?tab=snippets&order_id=${data.id}`}>Code for this order</Link>}
      error={order.error}
    >
      <div className="columns">
        <OrderPayments orderId={data.id} />
        <div className="stack">
          <Card title="Details">
            <Details order={data} />
          </Card>
          {notes.length > 0 && (
            <Card title="Notes">
              <KeyValue items={notes} />
            </Card>
          )}
        </div>
      </div>
    </Page>
  );
}

function Details({ order }: { order: Order }) {
  return (
    <KeyValue
      items={[
        ["Amount", <Money key="amount" amount={order.amount} currency={order.currency} />],
        ["Receipt", order.receipt],
        ["Capture", toWords(order.capture)],
        ["Payments", order.reusable ? "Any number may succeed" : "One may succeed"],
        ["Expires", order.expires_at ? <DateTime key="expires" value={order.expires_at} exact /> : "Never"],
        ["Created", <DateTime key="created" value={order.created_at} exact />],
      ]}
    />
  );
}

const COLUMNS: readonly Column<Payment>[] = [
  {
    ...AMOUNT,
    cell: (payment) => (
      <Link to={`/payments/${payment.id}`}>
        <Money amount={payment.amount} currency={payment.currency} />
      </Link>
    ),
  },
  STATUS,
  METHOD,
  CREATED,
];

function OrderPayments({ orderId }: { orderId: string }) {
  const payments = useQuery({
    queryKey: [...paymentKeys.all, "of-order", orderId],
    queryFn: ({ signal }) => fetchPayments({ order_id: orderId }, { limit: SHOWN }, signal),
    refetchInterval: poll,
  });
  return (
    <Card
      title="Payments"
      flush
      actions={payments.data?.has_more && <Link to={`/payments?order_id=${orderId}`}>All payments</Link>}
    >
      <QueryView query={payments} what="payments">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="Nobody has tried to pay this order." />
          ) : (
            <SimpleTable label="Payments" columns={COLUMNS} rows={data} rowId={(payment) => payment.id} />
          )
        }
      </QueryView>
    </Card>
  );
}
