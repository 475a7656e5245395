import { useNavigate } from "react-router";
import { fetchPayments, PAYMENT_METHODS, PAYMENT_STATUSES, type PaymentFilters, paymentKeys } from "../../api/payments";
import { Page } from "../../components/Page";
import { DataTable } from "../../components/table/DataTable";
import { ClearFilters, FilterDays, FilterSelect, SearchBox } from "../../components/table/Filters";
import { useCursorList, useFilters } from "../../components/table/list";
import { toWords } from "../../lib/format";
import { createdWithin } from "../../lib/time";
import { PAYMENT_COLUMNS } from "./columns";
import { parseSearch } from "./search";

const FILTERS = ["status", "method", "order_id", "vpa", "card_last4", "from", "to"] as const;

export default function PaymentsPage() {
  const navigate = useNavigate();
  const { filters, setFilters, clear, active } = useFilters(FILTERS);
  const { from, to, ...exact } = filters;
  const wanted: PaymentFilters = { ...exact, ...createdWithin(from, to) };
  const list = useCursorList({
    queryKey: paymentKeys.list(wanted),
    fetchPage: (page, signal) => fetchPayments(wanted, page, signal),
  });

  function search(text: string): string | null {
    const meant = parseSearch(text);
    if ("problem" in meant) return meant.problem;
    if ("open" in meant) void navigate(`/payments/${meant.open}`);
    else setFilters(meant.filters);
    return null;
  }

  return (
    <Page title="Payments">
      <DataTable
        label="Payments"
        columns={PAYMENT_COLUMNS}
        list={list}
        rowId={(payment) => payment.id}
        rowLink={(payment) => `/payments/${payment.id}`}
        empty={
          active > 0
            ? { title: "No payments match these filters." }
            : { title: "No payments yet.", children: "They appear here as soon as a shopper pays." }
        }
        filters={
          <>
            <SearchBox
              label="Search payments"
              placeholder="Payment id, order id, UPI address or last four digits"
              value={filters.order_id ?? filters.vpa ?? filters.card_last4 ?? ""}
              onSearch={search}
            />
            <FilterSelect
              label="Status"
              value={filters.status}
              options={PAYMENT_STATUSES}
              onChange={(status) => setFilters({ status })}
            />
            <FilterSelect
              label="Method"
              value={filters.method}
              options={PAYMENT_METHODS}
              name={(method) => (method === "upi" ? "UPI" : toWords(method))}
              onChange={(method) => setFilters({ method })}
            />
            <FilterDays from={from} to={to} onChange={setFilters} />
            <ClearFilters active={active} onClear={clear} />
          </>
        }
      />
    </Page>
  );
}
