import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { paymentDeliveriesQuery } from "../../api/deliveries";
import { paymentLedgerQuery } from "../../api/ledger";
import type { Payment } from "../../api/payments";
import { paymentRefundsQuery, type Refund } from "../../api/refunds";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { Money } from "../../components/Money";
import { EmptyState, QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { toWords } from "../../lib/format";
import { DeliveriesTable } from "./DeliveriesTable";
import { LedgerTable } from "./LedgerTable";

const REFUND_COLUMNS: readonly Column<Refund>[] = [
  {
    id: "amount",
    header: "Amount",
    cell: (refund) => (
      <Link to={`/refunds/${refund.id}`}>
        <Money amount={refund.amount} currency={refund.currency} />
      </Link>
    ),
  },
  { id: "status", header: "Status", cell: (refund) => <StatusBadge status={refund.status} /> },
  {
    id: "reason",
    header: "Reason",
    from: "tablet",
    cell: (refund) => (refund.failure_reason ? toWords(refund.failure_reason) : (refund.reason ?? "–")),
  },
  { id: "created_at", header: "Created", cell: (refund) => <DateTime value={refund.created_at} /> },
];

export function PaymentRefunds({ payment }: { payment: Payment }) {
  const refunds = useQuery(paymentRefundsQuery(payment.id));
  return (
    <Part title="Refunds">
      <QueryView query={refunds} what="refunds">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="Nothing has been refunded." />
          ) : (
            <SimpleTable label="Refunds" columns={REFUND_COLUMNS} rows={data} rowId={(refund) => refund.id} />
          )
        }
      </QueryView>
    </Part>
  );
}

export function PaymentDeliveries({ paymentId }: { paymentId: string }) {
  const deliveries = useQuery(paymentDeliveriesQuery(paymentId));
  return (
    <Part title="Webhook deliveries">
      <QueryView query={deliveries} what="webhook deliveries">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="No webhooks were sent.">No endpoint wanted this payment’s events.</EmptyState>
          ) : (
            <DeliveriesTable deliveries={data} />
          )
        }
      </QueryView>
    </Part>
  );
}

export function PaymentLedger({ paymentId }: { paymentId: string }) {
  const ledger = useQuery(paymentLedgerQuery(paymentId));
  return (
    <Part title="Ledger entries">
      <QueryView query={ledger} what="ledger entries">
        {({ data }) =>
          data.length === 0 ? <EmptyState title="Nothing has been booked yet." /> : <LedgerTable journals={data} />
        }
      </QueryView>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card title={title} flush>
      {children}
    </Card>
  );
}
