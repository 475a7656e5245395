import type { Order } from "../../api/orders";
import { DateTime } from "../../components/DateTime";
import { Money } from "../../components/Money";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { toWords } from "../../lib/format";
import { toDecimal } from "../../lib/money";

export const ORDER_COLUMNS: readonly Column<Order>[] = [
  {
    id: "amount",
    header: "Amount",
    fixed: true,
    cell: (order) => <Money amount={order.amount} currency={order.currency} />,
    csv: [
      { header: "amount", value: (order) => toDecimal(order.amount, order.currency) },
      { header: "currency", value: (order) => order.currency },
    ],
  },
  {
    id: "status",
    header: "Status",
    cell: (order) => <StatusBadge status={order.status} />,
    csv: (order) => order.status,
  },
  {
    id: "receipt",
    header: "Receipt",
    from: "tablet",
    cell: (order) => order.receipt ?? "–",
    csv: (order) => order.receipt,
  },
  {
    id: "id",
    header: "Order",
    from: "desktop",
    cell: (order) => <span className="code">{order.id}</span>,
    csv: (order) => order.id,
  },
  {
    id: "capture",
    header: "Capture",
    optional: true,
    cell: (order) => toWords(order.capture),
    csv: (order) => order.capture,
  },
  {
    id: "reusable",
    header: "Reusable",
    optional: true,
    cell: (order) => (order.reusable ? "Yes" : "No"),
    csv: (order) => order.reusable,
  },
  {
    id: "expires_at",
    header: "Expires",
    optional: true,
    cell: (order) => (order.expires_at ? <DateTime value={order.expires_at} /> : "Never"),
    csv: (order) => order.expires_at,
  },
  {
    id: "created_at",
    header: "Created",
    cell: (order) => <DateTime value={order.created_at} />,
    csv: (order) => order.created_at,
  },
];
