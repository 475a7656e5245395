import type { Payment } from "../../api/payments";
import { DateTime } from "../../components/DateTime";
import { Money } from "../../components/Money";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { toWords } from "../../lib/format";
import { toDecimal } from "../../lib/money";
import { Method, methodText } from "./Method";

export const AMOUNT: Column<Payment> = {
  id: "amount",
  header: "Amount",
  fixed: true,
  cell: (payment) => <Money amount={payment.amount} currency={payment.currency} />,
  csv: [
    { header: "amount", value: (payment) => toDecimal(payment.amount, payment.currency) },
    { header: "currency", value: (payment) => payment.currency },
  ],
};

export const STATUS: Column<Payment> = {
  id: "status",
  header: "Status",
  cell: (payment) => <StatusBadge status={payment.status} />,
  csv: (payment) => payment.status,
};

export const METHOD: Column<Payment> = {
  id: "method",
  header: "Paid with",
  from: "tablet",
  cell: (payment) => <Method payment={payment} />,
  csv: [
    { header: "method", value: (payment) => payment.method },
    { header: "paid_with", value: methodText },
  ],
};

export const CREATED: Column<Payment> = {
  id: "created_at",
  header: "Created",
  cell: (payment) => <DateTime value={payment.created_at} />,
  csv: (payment) => payment.created_at,
};

export const PAYMENT_COLUMNS: readonly Column<Payment>[] = [
  AMOUNT,
  STATUS,
  METHOD,
  {
    id: "id",
    header: "Payment",
    from: "desktop",
    cell: (payment) => <span className="code">{payment.id}</span>,
    csv: (payment) => payment.id,
  },
  {
    id: "order_id",
    header: "Order",
    optional: true,
    cell: (payment) => <span className="code">{payment.order_id}</span>,
    csv: (payment) => payment.order_id,
  },
  {
    id: "amount_refunded",
    header: "Refunded",
    optional: true,
    align: "end",
    cell: (payment) => <Money amount={payment.amount_refunded ?? 0} currency={payment.currency} />,
    csv: (payment) => toDecimal(payment.amount_refunded ?? 0, payment.currency),
  },
  {
    id: "failure_reason",
    header: "Failure",
    optional: true,
    cell: (payment) => (payment.failure_reason ? toWords(payment.failure_reason) : "–"),
    csv: (payment) => payment.failure_reason,
  },
  CREATED,
];
