import { useQuery } from "@tanstack/react-query";
import { type LoggedRequest, requestsQuery } from "../../api/developers";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { Checkbox } from "../../components/Field";
import { Id } from "../../components/Id";
import { EmptyState, QueryView, Skeleton } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { ClearFilters, SearchBox } from "../../components/table/Filters";
import { useFilters } from "../../components/table/list";
import { SimpleTable } from "../../components/table/SimpleTable";
import { pluralize, toWords } from "../../lib/format";
import { toneOf } from "./answers";

const REQUEST_ID = /^\w{1,64}$/;

const COLUMNS: readonly Column<LoggedRequest>[] = [
  { id: "route", header: "Route", cell: (request) => <span className="code">{request.route}</span> },
  {
    id: "status",
    header: "Answer",
    cell: (request) => (
      <StatusBadge
        status={String(request.status)}
        tone={toneOf(request.status)}
        label={request.code ? `${request.status} ${toWords(request.code)}` : String(request.status)}
      />
    ),
  },
  {
    id: "duration_ms",
    header: "Took",
    align: "end",
    from: "tablet",
    cell: (request) => <span className="number">{Math.round(request.duration_ms)} ms</span>,
  },
  { id: "at", header: "At", cell: (request) => <DateTime value={request.at} exact /> },
  {
    id: "request_id",
    header: "Request",
    from: "desktop",
    cell: (request) => <Id value={request.request_id} what="request id" />,
  },
  {
    id: "original_request_id",
    header: "Replay of",
    from: "desktop",
    cell: (request) =>
      request.original_request_id ? <Id value={request.original_request_id} what="first request’s id" /> : "–",
  },
];

/** What the merchant's servers have asked for in the last day. */
export function RequestLog() {
  const { filters, setFilters, clear, active } = useFilters(["request_id", "failed"]);
  const requests = useQuery(requestsQuery(filters.request_id, filters.failed === "true"));

  function search(text: string): string | null {
    if (text !== "" && !REQUEST_ID.test(text)) return "Enter a request id, as the header X-Request-Id tells it.";
    setFilters({ request_id: text });
    return null;
  }

  return (
    <div className="stack">
      <div className="cluster">
        <SearchBox
          label="Search requests"
          placeholder="Request id"
          value={filters.request_id ?? ""}
          onSearch={search}
        />
        <Checkbox
          label="Failed only"
          checked={filters.failed === "true"}
          onChange={(event) => setFilters({ failed: event.target.checked ? "true" : "" })}
        />
        <ClearFilters active={active} onClear={clear} />
      </div>
      <Card
        title="Requests of the last 24 hours"
        flush
        actions={
          <Button size="small" busy={requests.isFetching} onClick={() => void requests.refetch()}>
            Refresh
          </Button>
        }
      >
        <QueryView query={requests} what="requests" lines={8}>
          {({ data }) =>
            data.length === 0 && requests.isPlaceholderData ? (
              <Skeleton lines={8} what="requests" />
            ) : data.length === 0 ? (
              <EmptyState title={active > 0 ? "No requests match these filters." : "No requests in the last 24 hours."}>
                What this dashboard asks for is not among them.
              </EmptyState>
            ) : (
              <SimpleTable
                label="Requests"
                columns={COLUMNS}
                rows={data}
                rowId={(request) => request.request_id}
                stale={requests.isPlaceholderData}
              />
            )
          }
        </QueryView>
      </Card>
      {requests.data && !requests.isPlaceholderData && (
        <p className="muted" role="status">
          {requests.data.data.length > 0 && `${pluralize(requests.data.data.length, "request")}, the latest first. `}
          {!requests.data.complete && "There was no time to search the whole day; there may be more."}
        </p>
      )}
    </div>
  );
}
