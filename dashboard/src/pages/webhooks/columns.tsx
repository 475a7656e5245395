import type { Delivery } from "../../api/deliveries";
import type { Endpoint } from "../../api/endpoints";
import { DateTime } from "../../components/DateTime";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { NextAttempt } from "./NextAttempt";
import styles from "./Webhooks.module.css";
import { endpointName, lastAnswer } from "./words";

export const STATUS: Column<Delivery> = {
  id: "status",
  header: "Status",
  cell: (delivery) => <StatusBadge status={delivery.status} />,
  csv: (delivery) => delivery.status,
};

export const ANSWER: Column<Delivery> = {
  id: "answer",
  header: "Last answer",
  from: "tablet",
  cell: lastAnswer,
  csv: [
    { header: "response_status", value: (delivery) => delivery.response_status },
    { header: "error_kind", value: (delivery) => delivery.error_kind },
  ],
};

export const NEXT: Column<Delivery> = {
  id: "next_attempt_at",
  header: "Next attempt",
  from: "tablet",
  cell: ({ next_attempt_at }) => (next_attempt_at ? <NextAttempt at={next_attempt_at} /> : "–"),
  csv: (delivery) => delivery.next_attempt_at,
};

export const CREATED: Column<Delivery> = {
  id: "created_at",
  header: "Created",
  cell: (delivery) => <DateTime value={delivery.created_at} />,
  csv: (delivery) => delivery.created_at,
};

const EVENT: Column<Delivery> = {
  id: "event",
  header: "Event",
  fixed: true,
  cell: (delivery) => delivery.event,
  csv: (delivery) => delivery.event,
};

const ATTEMPTS: Column<Delivery> = {
  id: "attempts",
  header: "Attempts",
  align: "end",
  from: "desktop",
  cell: (delivery) => <span className="number">{delivery.attempts}</span>,
  csv: (delivery) => delivery.attempts,
};

function idColumn(id: "id" | "event_id" | "payment_id", header: string): Column<Delivery> {
  return {
    id,
    header,
    optional: true,
    cell: (delivery) => (delivery[id] ? <span className="code">{delivery[id]}</span> : "–"),
    csv: (delivery) => delivery[id],
  };
}

/** The columns of the log; endpoints are called by their URLs where these are known. */
export function deliveryColumns(endpoints: ReadonlyMap<string, Endpoint>): readonly Column<Delivery>[] {
  const endpoint: Column<Delivery> = {
    id: "endpoint_id",
    header: "Endpoint",
    from: "tablet",
    cell: ({ endpoint_id }) => (
      <span className={styles.url}>{endpointName(endpoints.get(endpoint_id), endpoint_id)}</span>
    ),
    csv: [
      { header: "endpoint_id", value: (delivery) => delivery.endpoint_id },
      { header: "endpoint_url", value: ({ endpoint_id }) => endpoints.get(endpoint_id)?.url },
    ],
  };
  return [
    EVENT,
    STATUS,
    endpoint,
    ATTEMPTS,
    ANSWER,
    NEXT,
    idColumn("id", "Delivery id"),
    idColumn("event_id", "Event id"),
    idColumn("payment_id", "Payment id"),
    CREATED,
  ];
}
