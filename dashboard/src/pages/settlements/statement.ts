/** A day's settlement as a statement: what came in and what went out, down to what the merchant is owed. */

import type { Settlement } from "../../api/settlements";

export interface StatementLine {
  id: "captured" | "refunded" | "refunds_failed" | "fees";
  label: string;
  /** How many bookings; null where they are not counted. */
  count: number | null;
  /** In minor units: what it adds to the net amount, so less than zero for what goes out. */
  amount: number;
}

export function statementLines(settlement: Settlement): StatementLine[] {
  const { captured, refunded, refunds_failed: failed, fees } = settlement;
  return [
    { id: "captured", label: "Captured", count: settlement.captured_count, amount: captured },
    { id: "refunded", label: "Refunded", count: settlement.refunded_count, amount: taken(refunded) },
    { id: "refunds_failed", label: "Failed refunds", count: settlement.refunds_failed_count, amount: failed },
    { id: "fees", label: "Fees", count: null, amount: taken(fees) },
  ];
}

/** Zero has no sign. */
function taken(amount: number): number {
  return amount === 0 ? 0 : -amount;
}
