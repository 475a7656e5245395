import { useNavigate } from "react-router";
import { EVENT_TYPES, type EventFilters, eventKeys, fetchEvents, type LoggedEvent } from "../../api/events";
import { DateTime } from "../../components/DateTime";
import { Page } from "../../components/Page";
import type { Column } from "../../components/table/columns";
import { DataTable } from "../../components/table/DataTable";
import { ClearFilters, FilterDays, FilterSelect, SearchBox } from "../../components/table/Filters";
import { useCursorList, useFilters } from "../../components/table/list";
import { createdWithin } from "../../lib/time";

const FILTERS = ["type", "payment_id", "from", "to"] as const;
const EVENT_ID = /^evt_\w+$/;
const PAYMENT_ID = /^pay_\w+$/;

const COLUMNS: readonly Column<LoggedEvent>[] = [
  { id: "type", header: "Type", fixed: true, cell: (event) => event.type, csv: (event) => event.type },
  {
    id: "about",
    header: "About",
    from: "tablet",
    cell: (event) => <span className="code">{event.refund_id ?? event.payment_id ?? event.endpoint_id ?? "–"}</span>,
    csv: [
      { header: "payment_id", value: (event) => event.payment_id },
      { header: "refund_id", value: (event) => event.refund_id },
      { header: "endpoint_id", value: (event) => event.endpoint_id },
    ],
  },
  {
    id: "sequence",
    header: "Sequence",
    optional: true,
    align: "end",
    cell: (event) => event.sequence ?? "–",
    csv: (event) => event.sequence,
  },
  {
    id: "id",
    header: "Event",
    from: "desktop",
    cell: (event) => <span className="code">{event.id}</span>,
    csv: (event) => event.id,
  },
  {
    id: "created_at",
    header: "Created",
    cell: (event) => <DateTime value={event.created_at} exact />,
    csv: (event) => event.created_at,
  },
];

export default function EventsPage() {
  const navigate = useNavigate();
  const { filters, setFilters, clear, active } = useFilters(FILTERS);
  const { from, to, ...exact } = filters;
  const wanted: EventFilters = { ...exact, ...createdWithin(from, to) };
  const list = useCursorList({
    queryKey: eventKeys.list(wanted),
    fetchPage: (page, signal) => fetchEvents(wanted, page, signal),
  });

  function search(text: string): string | null {
    if (EVENT_ID.test(text)) void navigate(`/events/${text}`);
    else if (text === "" || PAYMENT_ID.test(text)) setFilters({ payment_id: text });
    else return "Enter an event id or a payment id.";
    return null;
  }

  return (
    <Page title="Events">
      <DataTable
        label="Events"
        columns={COLUMNS}
        list={list}
        rowId={(event) => event.id}
        rowLink={(event) => `/events/${event.id}`}
        empty={
          active > 0
            ? { title: "No events match these filters." }
            : { title: "No events yet.", children: "Every change of a payment or refund becomes one." }
        }
        filters={
          <>
            <SearchBox
              label="Search events"
              placeholder="Event id or payment id"
              value={filters.payment_id ?? ""}
              onSearch={search}
            />
            <FilterSelect
              label="Type"
              value={filters.type}
              options={EVENT_TYPES}
              name={(type) => type}
              onChange={(type) => setFilters({ type })}
            />
            <FilterDays from={from} to={to} onChange={setFilters} />
            <ClearFilters active={active} onClear={clear} />
          </>
        }
      />
    </Page>
  );
}
