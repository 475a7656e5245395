import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { type Delivery, endpointDeliveriesQuery } from "../../api/deliveries";
import { Card } from "../../components/Card";
import { Ago } from "../../components/DateTime";
import { EmptyState, QueryView } from "../../components/States";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { ANSWER, CREATED, NEXT, STATUS } from "./columns";

const COLUMNS: readonly Column<Delivery>[] = [
  {
    id: "event",
    header: "Event",
    cell: (delivery) => (
      <Link to={`/webhooks/deliveries/${delivery.id}`} data-row-link>
        {delivery.event}
      </Link>
    ),
  },
  STATUS,
  ANSWER,
  NEXT,
  { ...CREATED, from: "tablet", cell: (delivery) => <Ago value={delivery.created_at} /> },
];

/** The last deliveries to an endpoint. */
export function EndpointDeliveries({ endpointId }: { endpointId: string }) {
  const deliveries = useQuery(endpointDeliveriesQuery(endpointId));
  const all = `/webhooks?${new URLSearchParams({ tab: "deliveries", endpoint_id: endpointId })}`;
  return (
    <Card
      title="Recent deliveries"
      flush={deliveries.data !== undefined}
      actions={<Link to={all}>All deliveries</Link>}
    >
      <QueryView query={deliveries} what="deliveries" lines={5}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="Nothing was sent yet.">Send a test to see what it answers.</EmptyState>
          ) : (
            <SimpleTable label="Recent deliveries" columns={COLUMNS} rows={data} rowId={(delivery) => delivery.id} />
          )
        }
      </QueryView>
    </Card>
  );
}
