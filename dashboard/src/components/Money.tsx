import { formatMoney, toDecimal } from "../lib/money";

interface MoneyProps {
  /** In minor units. */
  amount: number;
  currency: string;
}

export function Money({ amount, currency }: MoneyProps) {
  return (
    <span className="number" title={`${toDecimal(amount, currency)} ${currency}`}>
      {formatMoney(amount, currency)}
    </span>
  );
}
