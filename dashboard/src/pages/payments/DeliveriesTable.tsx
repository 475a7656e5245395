import { Link } from "react-router";
import type { Delivery } from "../../api/deliveries";
import { Ago } from "../../components/DateTime";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { lastAnswer } from "../webhooks/words";

const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  {
    id: "event",
    header: "Event",
    cell: (delivery) => <Link to={`/webhooks/deliveries/${delivery.id}`}>{delivery.event}</Link>,
  },
  { id: "status", header: "Status", cell: (delivery) => <StatusBadge status={delivery.status} /> },
  { id: "attempts", header: "Attempts", align: "end", cell: (delivery) => delivery.attempts },
  {
    id: "answer",
    header: "Last answer",
    from: "tablet",
    cell: lastAnswer,
  },
  { id: "created_at", header: "Created", from: "tablet", cell: (delivery) => <Ago value={delivery.created_at} /> },
];

/** The deliveries of one payment or event. */
export function DeliveriesTable({ deliveries }: { deliveries: readonly Delivery[] }) {
  return (
    <SimpleTable
      label="Webhook deliveries"
      columns={DELIVERY_COLUMNS}
      rows={deliveries}
      rowId={(delivery) => delivery.id}
    />
  );
}
