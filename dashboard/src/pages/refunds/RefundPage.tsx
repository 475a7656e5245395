import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { refundLedgerQuery } from "../../api/ledger";
import { timelineQuery } from "../../api/payments";
import { type Refund, refundQuery } from "../../api/refunds";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { DetailFallback } from "../../components/DetailFallback";
import { Id } from "../../components/Id";
import { KeyValue } from "../../components/KeyValue";
import { Money } from "../../components/Money";
import { Page } from "../../components/Page";
import { EmptyState, QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { toWords } from "../../lib/format";
import { formatMoney } from "../../lib/money";
import { LedgerTable } from "../payments/LedgerTable";
import { Timeline } from "../payments/Timeline";

const BACK = { to: "/refunds", label: "Refunds" };

export default function RefundPage() {
  const { refundId = "" } = useParams();
  const refund = useQuery(refundQuery(refundId));
  const { data } = refund;
  if (data === undefined) return <DetailFallback query={refund} name="Refund" id={refundId} back={BACK} />;
  return (
    <Page
      title={`Refund of ${formatMoney(data.amount, data.currency)}`}
      aside={<StatusBadge status={data.status} />}
      description={<Id value={data.id} what="refund id" />}
      back={BACK}
      error={refund.error}
    >
      <div className="columns">
        <RefundLedger refundId={data.id} />
        <div className="stack">
          <Card title="Details">
            <KeyValue
              items={[
                ["Amount", <Money key="amount" amount={data.amount} currency={data.currency} />],
                [
                  "Payment",
                  <Link key="payment" to={`/payments/${data.payment_id}`} className="code">
                    {data.payment_id}
                  </Link>,
                ],
                ["Reason", data.reason],
                ["Failure", data.failure_reason && toWords(data.failure_reason)],
                ["Created", <DateTime key="created" value={data.created_at} exact />],
              ]}
            />
          </Card>
          <RefundTimeline refund={data} />
        </div>
      </div>
    </Page>
  );
}

/** The refund's part of its payment's events. */
function RefundTimeline({ refund }: { refund: Refund }) {
  const timeline = useQuery(timelineQuery(refund.payment_id));
  return (
    <Card title="Timeline">
      <QueryView query={timeline} what="timeline">
        {({ data }) => <Timeline entries={data.filter((entry) => entry.refund_id === refund.id)} />}
      </QueryView>
    </Card>
  );
}

function RefundLedger({ refundId }: { refundId: string }) {
  const ledger = useQuery(refundLedgerQuery(refundId));
  return (
    <Card title="Ledger entries" flush>
      <QueryView query={ledger} what="ledger entries">
        {({ data }) =>
          data.length === 0 ? <EmptyState title="Nothing has been booked yet." /> : <LedgerTable journals={data} />
        }
      </QueryView>
    </Card>
  );
}
