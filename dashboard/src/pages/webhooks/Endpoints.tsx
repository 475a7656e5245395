import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { type Endpoint, endpointsQuery } from "../../api/endpoints";
import { Card } from "../../components/Card";
import { Ago, DateTime } from "../../components/DateTime";
import { EmptyState, QueryView } from "../../components/States";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { pluralize } from "../../lib/format";
import { EndpointStatus } from "./EndpointStatus";
import { describeFilters } from "./eventFilters";
import styles from "./Webhooks.module.css";

const COLUMNS: readonly Column<Endpoint>[] = [
  {
    id: "url",
    header: "URL",
    cell: (endpoint) => (
      <Link to={`/webhooks/endpoints/${endpoint.id}`} className={styles.url} title={endpoint.url ?? ""} data-row-link>
        {endpoint.url ?? "No URL yet"}
      </Link>
    ),
  },
  { id: "status", header: "Status", cell: (endpoint) => <EndpointStatus endpoint={endpoint} /> },
  {
    id: "events",
    header: "Events",
    from: "tablet",
    cell: ({ events }) => <span title={events.join(", ")}>{describeFilters(events)}</span>,
  },
  {
    id: "description",
    header: "Description",
    from: "desktop",
    cell: ({ description }) => <span className={styles.url}>{description || "–"}</span>,
  },
  {
    id: "failing_since",
    header: "Failing since",
    from: "tablet",
    cell: ({ failing_since }) => (failing_since ? <Ago value={failing_since} /> : "–"),
  },
  {
    id: "created_at",
    header: "Created",
    from: "desktop",
    cell: (endpoint) => <DateTime value={endpoint.created_at} />,
  },
];

/** All endpoints of the merchant. */
export function Endpoints() {
  const endpoints = useQuery(endpointsQuery());
  const count = endpoints.data?.data.length;
  return (
    <Card
      title="Endpoints"
      flush={Boolean(count)}
      actions={count ? <span className="muted">{pluralize(count, "endpoint")}</span> : null}
    >
      <QueryView query={endpoints} what="endpoints" lines={4}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="No endpoints yet.">Add one, and what happens to payments is posted to it.</EmptyState>
          ) : (
            <SimpleTable label="Endpoints" columns={COLUMNS} rows={data} rowId={(endpoint) => endpoint.id} />
          )
        }
      </QueryView>
    </Card>
  );
}
