import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { DELIVERY_STATUSES, type DeliveryFilters, deliveryKeys, fetchDeliveries } from "../../api/deliveries";
import { endpointsQuery } from "../../api/endpoints";
import { DataTable } from "../../components/table/DataTable";
import { ClearFilters, FilterDays, FilterSelect, SearchBox } from "../../components/table/Filters";
import { useCursorList, useFilters } from "../../components/table/list";
import { createdWithin } from "../../lib/time";
import { deliveryColumns } from "./columns";
import { LOGGED_EVENTS } from "./eventFilters";
import { endpointName } from "./words";

export const DELIVERY_FILTERS = ["status", "event", "endpoint_id", "payment_id", "from", "to"] as const;
const DELIVERY_ID = /^whd_\w+$/;
const PAYMENT_ID = /^pay_\w+$/;

/** The log of deliveries. */
export function Deliveries() {
  const navigate = useNavigate();
  const { filters, setFilters, clear, active } = useFilters(DELIVERY_FILTERS);
  const { data: endpoints } = useQuery(endpointsQuery());
  const byId = useMemo(
    () => new Map((endpoints?.data ?? []).map((endpoint) => [endpoint.id, endpoint] as const)),
    [endpoints],
  );
  const columns = useMemo(() => deliveryColumns(byId), [byId]);
  const { from, to, ...exact } = filters;
  const wanted: DeliveryFilters = { ...exact, ...createdWithin(from, to) };
  const list = useCursorList({
    queryKey: deliveryKeys.list(wanted),
    fetchPage: (page, signal) => fetchDeliveries(wanted, page, signal),
  });
  // A deleted endpoint is no longer among them, but a link may name it.
  const endpointIds = [...new Set([...byId.keys(), ...(filters.endpoint_id ? [filters.endpoint_id] : [])])];

  function search(text: string): string | null {
    if (text === "" || PAYMENT_ID.test(text)) setFilters({ payment_id: text });
    else if (DELIVERY_ID.test(text)) void navigate(`/webhooks/deliveries/${text}`);
    else return "Enter the id of a payment (pay_…) or of a delivery (whd_…).";
    return null;
  }

  return (
    <DataTable
      label="Deliveries"
      columns={columns}
      list={list}
      rowId={(delivery) => delivery.id}
      rowLink={(delivery) => `/webhooks/deliveries/${delivery.id}`}
      empty={
        active > 0
          ? { title: "No deliveries match these filters." }
          : { title: "No deliveries yet.", children: "Each event makes one for each endpoint that wants it." }
      }
      filters={
        <>
          <SearchBox
            label="Search deliveries"
            placeholder="Payment id or delivery id"
            value={filters.payment_id ?? ""}
            onSearch={search}
          />
          <FilterSelect
            label="Status"
            value={filters.status}
            options={DELIVERY_STATUSES}
            onChange={(status) => setFilters({ status })}
          />
          <FilterSelect
            label="Event"
            value={filters.event}
            options={LOGGED_EVENTS}
            name={(event) => event}
            onChange={(event) => setFilters({ event })}
          />
          <FilterSelect
            label="Endpoint"
            value={filters.endpoint_id}
            options={endpointIds}
            name={(id) => endpointName(byId.get(id), id)}
            onChange={(endpoint_id) => setFilters({ endpoint_id })}
          />
          <FilterDays from={from} to={to} onChange={setFilters} />
          <ClearFilters active={active} onClear={clear} />
        </>
      }
    />
  );
}
