import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useParams } from "react-router";
import { leftToRefund, type Payment, paymentQuery, timelineQuery } from "../../api/payments";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { DetailFallback } from "../../components/DetailFallback";
import { Id } from "../../components/Id";
import { KeyValue } from "../../components/KeyValue";
import { Money } from "../../components/Money";
import { Page } from "../../components/Page";
import { QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { toWords } from "../../lib/format";
import { formatMoney } from "../../lib/money";
import { Method } from "./Method";
import { PaymentActions } from "./PaymentActions";
import { PaymentDeliveries, PaymentLedger, PaymentRefunds } from "./PaymentParts";
import { Timeline } from "./Timeline";

const BACK = { to: "/payments", label: "Payments" };

export default function PaymentPage() {
  const { paymentId = "" } = useParams();
  const payment = useQuery(paymentQuery(paymentId));
  const timeline = useQuery(timelineQuery(paymentId));
  useRefreshWith(paymentId, timeline.data?.data.length);

  const { data } = payment;
  if (data === undefined) return <DetailFallback query={payment} name="Payment" id={paymentId} back={BACK} />;
  return (
    <Page
      title={`Payment of ${formatMoney(data.amount, data.currency)}`}
      heading={<Money amount={data.amount} currency={data.currency} />}
      aside={<StatusBadge status={data.status} />}
      description={<Id value={data.id} what="payment id" />}
      back={BACK}
      actions={<PaymentActions payment={data} />}
      error={payment.error}
    >
      <div className="columns">
        <div className="stack">
          <PaymentRefunds payment={data} />
          <PaymentDeliveries paymentId={data.id} />
          <PaymentLedger paymentId={data.id} />
        </div>
        <div className="stack">
          <Card title="Details">
            <Details payment={data} />
          </Card>
          <Card title="Timeline">
            <QueryView query={timeline} what="timeline" lines={4}>
              {({ data: entries }) => <Timeline entries={entries} />}
            </QueryView>
          </Card>
        </div>
      </div>
    </Page>
  );
}

function Details({ payment }: { payment: Payment }) {
  const { currency } = payment;
  const money = (amount: number | null | undefined) =>
    amount === null || amount === undefined ? null : <Money amount={amount} currency={currency} />;
  return (
    <KeyValue
      items={[
        ["Paid with", <Method key="method" payment={payment} />],
        [
          "Order",
          <Link key="order" to={`/orders/${payment.order_id}`} className="code">
            {payment.order_id}
          </Link>,
        ],
        ["Created", <DateTime key="created" value={payment.created_at} exact />],
        ["Captured", money(payment.amount_captured)],
        ["Refunded", money(payment.amount_refunded)],
        ["Left to refund", leftToRefund(payment) > 0 && money(leftToRefund(payment))],
        ["Capture before", payment.capture_before && <DateTime key="until" value={payment.capture_before} />],
        ["Under way", payment.pending_action && toWords(payment.pending_action)],
        ["Failure", payment.failure_reason && toWords(payment.failure_reason)],
        ["Capture failed", payment.capture_failure_reason && toWords(payment.capture_failure_reason)],
      ]}
    />
  );
}

/** Every change of a payment is an event: with a new one, what else is shown of the payment is asked for again. */
function useRefreshWith(paymentId: string, events: number | undefined): void {
  const queries = useQueryClient();
  const known = useRef<{ paymentId: string; events: number } | null>(null);
  useEffect(() => {
    if (events === undefined) return;
    const before = known.current;
    known.current = { paymentId, events };
    // At first everything is being asked for anyway.
    if (before?.paymentId !== paymentId || before.events === events) return;
    void queries.invalidateQueries({ queryKey: paymentQuery(paymentId).queryKey, exact: true });
    for (const about of ["refunds", "ledger", "deliveries"]) {
      void queries.invalidateQueries({ queryKey: [about, "of-payment", paymentId] });
    }
  }, [queries, paymentId, events]);
}
