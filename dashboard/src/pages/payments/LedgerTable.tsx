import type { Journal } from "../../api/ledger";
import { DateTime } from "../../components/DateTime";
import { Money } from "../../components/Money";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { toWords } from "../../lib/format";

interface Booking {
  id: string;
  journal: Journal;
  account: string;
  direction: "debit" | "credit";
  amount: number;
  first: boolean;
}

const LEDGER_COLUMNS: readonly Column<Booking>[] = [
  { id: "type", header: "Booking", cell: ({ journal, first }) => (first ? toWords(journal.type) : "") },
  { id: "account", header: "Account", cell: ({ account }) => toWords(account) },
  { id: "debit", header: "Debit", align: "end", cell: (booking) => <Side booking={booking} side="debit" /> },
  { id: "credit", header: "Credit", align: "end", cell: (booking) => <Side booking={booking} side="credit" /> },
  {
    id: "created_at",
    header: "Booked",
    from: "tablet",
    cell: ({ journal, first }) => first && <DateTime value={journal.created_at} />,
  },
];

function Side({ booking, side }: { booking: Booking; side: "debit" | "credit" }) {
  return booking.direction === side && <Money amount={booking.amount} currency={booking.journal.currency} />;
}

/** The journals of one payment or refund, entry by entry. */
export function LedgerTable({ journals }: { journals: readonly Journal[] }) {
  return (
    <SimpleTable
      label="Ledger entries"
      columns={LEDGER_COLUMNS}
      rows={journals.flatMap(bookings)}
      rowId={(booking) => booking.id}
    />
  );
}

function bookings(journal: Journal): Booking[] {
  return journal.entries.map((entry, place) => ({
    ...entry,
    id: `${journal.id}-${entry.account}-${entry.direction}`,
    journal,
    first: place === 0,
  }));
}
