import { Card } from "../../components/Card";
import { Id } from "../../components/Id";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { TEST_PAYMENTS, TEST_REFUNDS, type TestPayment, type TestRefund } from "./testValues";

const PAYMENT_COLUMNS: readonly Column<TestPayment>[] = [
  { id: "vpa", header: "UPI address", cell: ({ vpa }) => (vpa ? <Id value={vpa} what={`UPI address ${vpa}`} /> : "–") },
  {
    id: "card",
    header: "Card",
    cell: ({ card }) => (card ? <Id value={card} what={`card number ${card}`} /> : "–"),
  },
  { id: "outcome", header: "What happens", cell: ({ outcome }) => outcome },
];

const REFUND_COLUMNS: readonly Column<TestRefund>[] = [
  { id: "reason", header: "Reason", cell: ({ reason }) => <Id value={reason} what={`reason ${reason}`} /> },
  { id: "outcome", header: "What happens", cell: ({ outcome }) => outcome },
];

/** What steers outcomes in test mode. */
export function TestValues() {
  return (
    <div className="stack">
      <Card title="Payments" flush>
        <SimpleTable
          label="Test payments"
          columns={PAYMENT_COLUMNS}
          rows={TEST_PAYMENTS}
          rowId={({ vpa, card }) => `${vpa}-${card}`}
        />
      </Card>
      <p className="muted">
        Any other UPI address or card succeeds. Of a card’s number only the last four digits count, with any CVV and any
        expiry to come.
      </p>
      <Card title="Refunds, by their reason" flush>
        <SimpleTable label="Test refunds" columns={REFUND_COLUMNS} rows={TEST_REFUNDS} rowId={({ reason }) => reason} />
      </Card>
    </div>
  );
}
