import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError } from "../../api/errors";
import { Button } from "../../components/Button";
import { DialogActions } from "../../components/Dialog";
import { FormError, TextField } from "../../components/Field";
import { formatMoney, parseAmount, toDecimal } from "../../lib/money";

interface AmountFormProps {
  currency: string;
  /** The most that may be entered, in minor units; the field begins with it. */
  most: number;
  hint: ReactNode;
  /** What the button says before the amount: "Refund". */
  action: string;
  busy: boolean;
  error: Error | null;
  onSubmit: (amount: number) => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** An amount of at most what is there, checked before it is sent; the API's own word on it stands at the field. */
export function AmountForm(props: AmountFormProps) {
  const { currency, most, hint, action, busy, error, onSubmit, onCancel, children } = props;
  const [text, setText] = useState(() => toDecimal(most, currency));
  const [touched, setTouched] = useState(false);
  const amount = readAmount(text, currency, most);
  const ofField = error instanceof ApiError && error.field === "amount";

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if ("minor" in amount && !busy) onSubmit(amount.minor);
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label={`Amount in ${currency}`}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        hint={hint}
        error={touched && "problem" in amount ? amount.problem : ofField ? error.message : null}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => setTouched(true)}
      />
      {children}
      <FormError error={ofField ? null : error} />
      <DialogActions>
        <Button onClick={onCancel}>Close</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {action} {"minor" in amount ? formatMoney(amount.minor, currency) : ""}
        </Button>
      </DialogActions>
    </form>
  );
}

export function readAmount(text: string, currency: string, most: number): { minor: number } | { problem: string } {
  const parsed = parseAmount(text, currency);
  if ("problem" in parsed) return parsed;
  if (parsed.minor === 0) return { problem: "Enter more than zero." };
  if (parsed.minor > most) return { problem: `At most ${formatMoney(most, currency)} is left.` };
  return parsed;
}
