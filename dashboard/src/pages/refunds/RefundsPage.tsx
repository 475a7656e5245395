import { useNavigate } from "react-router";
import { fetchRefunds, REFUND_STATUSES, type RefundFilters, refundKeys } from "../../api/refunds";
import { Page } from "../../components/Page";
import { DataTable } from "../../components/table/DataTable";
import { ClearFilters, FilterDays, FilterSelect, SearchBox } from "../../components/table/Filters";
import { useCursorList, useFilters } from "../../components/table/list";
import { createdWithin } from "../../lib/time";
import { REFUND_COLUMNS } from "./columns";

const FILTERS = ["status", "payment_id", "from", "to"] as const;
const REFUND_ID = /^rfnd_\w+$/;
const PAYMENT_ID = /^pay_\w+$/;

export default function RefundsPage() {
  const navigate = useNavigate();
  const { filters, setFilters, clear, active } = useFilters(FILTERS);
  const { from, to, ...exact } = filters;
  const wanted: RefundFilters = { ...exact, ...createdWithin(from, to) };
  const list = useCursorList({
    queryKey: refundKeys.list(wanted),
    fetchPage: (page, signal) => fetchRefunds(wanted, page, signal),
  });

  function search(text: string): string | null {
    if (REFUND_ID.test(text)) void navigate(`/refunds/${text}`);
    else if (text === "" || PAYMENT_ID.test(text)) setFilters({ payment_id: text });
    else return "Enter a refund id or a payment id.";
    return null;
  }

  return (
    <Page title="Refunds">
      <DataTable
        label="Refunds"
        columns={REFUND_COLUMNS}
        list={list}
        rowId={(refund) => refund.id}
        rowLink={(refund) => `/refunds/${refund.id}`}
        empty={
          active > 0
            ? { title: "No refunds match these filters." }
            : { title: "No refunds yet.", children: "A payment’s page has the button that gives money back." }
        }
        filters={
          <>
            <SearchBox
              label="Search refunds"
              placeholder="Refund id or payment id"
              value={filters.payment_id ?? ""}
              onSearch={search}
            />
            <FilterSelect
              label="Status"
              value={filters.status}
              options={REFUND_STATUSES}
              onChange={(status) => setFilters({ status })}
            />
            <FilterDays from={from} to={to} onChange={setFilters} />
            <ClearFilters active={active} onClear={clear} />
          </>
        }
      />
    </Page>
  );
}
