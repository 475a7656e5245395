import type { Refund } from "../../api/refunds";
import { DateTime } from "../../components/DateTime";
import { Money } from "../../components/Money";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { toWords } from "../../lib/format";
import { toDecimal } from "../../lib/money";

export const REFUND_COLUMNS: readonly Column<Refund>[] = [
  {
    id: "amount",
    header: "Amount",
    fixed: true,
    cell: (refund) => <Money amount={refund.amount} currency={refund.currency} />,
    csv: [
      { header: "amount", value: (refund) => toDecimal(refund.amount, refund.currency) },
      { header: "currency", value: (refund) => refund.currency },
    ],
  },
  {
    id: "status",
    header: "Status",
    cell: (refund) => <StatusBadge status={refund.status} />,
    csv: (refund) => refund.status,
  },
  {
    id: "reason",
    header: "Reason",
    from: "tablet",
    cell: (refund) => refund.reason ?? "–",
    csv: (refund) => refund.reason,
  },
  {
    id: "failure_reason",
    header: "Failure",
    optional: true,
    cell: (refund) => (refund.failure_reason ? toWords(refund.failure_reason) : "–"),
    csv: (refund) => refund.failure_reason,
  },
  {
    id: "payment_id",
    header: "Payment",
    from: "desktop",
    cell: (refund) => <span className="code">{refund.payment_id}</span>,
    csv: (refund) => refund.payment_id,
  },
  {
    id: "id",
    header: "Refund",
    optional: true,
    cell: (refund) => <span className="code">{refund.id}</span>,
    csv: (refund) => refund.id,
  },
  {
    id: "created_at",
    header: "Created",
    cell: (refund) => <DateTime value={refund.created_at} />,
    csv: (refund) => refund.created_at,
  },
];
