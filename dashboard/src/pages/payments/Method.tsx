import type { Payment } from "../../api/payments";
import { toWords } from "../../lib/format";

/** What was paid with: the UPI address, or the card's network and last digits. */
export function methodText(payment: Payment): string {
  if (payment.card) return `${networkName(payment.card.network)} •••• ${payment.card.last4}`;
  return payment.vpa ?? "UPI";
}

export function Method({ payment }: { payment: Payment }) {
  return payment.card ? (
    <span>
      {networkName(payment.card.network)} <span aria-hidden="true">••••</span>
      <span className="said">ending in</span> <span className="number">{payment.card.last4}</span>
    </span>
  ) : (
    <span>{payment.vpa ?? "UPI"}</span>
  );
}

const NAMES: Readonly<Record<string, string>> = { amex: "American Express", rupay: "RuPay", unionpay: "UnionPay" };

function networkName(network: string): string {
  return NAMES[network] ?? toWords(network);
}
