import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "../../api/errors";
import { CAPTURES, createOrder, type NewOrder, orderKeys } from "../../api/orders";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Dialog, DialogActions } from "../../components/Dialog";
import { Checkbox, FormError, SelectField, TextField } from "../../components/Field";
import { useToasts } from "../../components/Toast";
import { toWords } from "../../lib/format";
import { readOrderAmount, understood } from "./amount";

const FIELDS = ["amount", "currency", "receipt"] as const;

/** An order for a payment link, a QR code or a test; a shop's server makes its own. */
export function CreateOrderDialog({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const [text, setText] = useState("");
  const [touched, setTouched] = useState(false);
  const [order, setOrder] = useState<Omit<NewOrder, "amount">>({
    currency: "INR",
    receipt: "",
    capture: "automatic",
    reusable: false,
  });
  const create = useWrite({
    name: [...orderKeys.all, "create"],
    send: createOrder,
    outdates: [orderKeys.all],
    onDone: (made) => {
      toasts.done("The order has been created.");
      void navigate(`/orders/${made.id}`);
    },
  });
  // Whoever left now would not hear what has come of it.
  const leave = () => {
    if (!create.isPending) onOpenChange(false);
  };
  const amount = readOrderAmount(text, order.currency);
  const { error } = create;
  const problemOf = (field: (typeof FIELDS)[number]) =>
    error instanceof ApiError && error.field === field ? error.message : null;

  function change(changes: Partial<NewOrder>): void {
    setOrder((present) => ({ ...present, ...changes }));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if ("minor" in amount && !create.isPending) {
      create.mutate({ ...order, receipt: order.receipt.trim(), amount: amount.minor });
    }
  }

  return (
    <Dialog open onOpenChange={leave} title="Create an order" description="What is to be paid, before it is paid.">
      <form className="stack" onSubmit={submit} noValidate>
        <TextField
          label="Amount"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          hint={understood(amount, order.currency)}
          error={touched && "problem" in amount ? amount.problem : problemOf("amount")}
          onChange={(event) => setText(event.target.value)}
        />
        <TextField
          label="Currency"
          hint="Three letters, such as INR or USD."
          maxLength={3}
          autoComplete="off"
          spellCheck={false}
          value={order.currency}
          error={problemOf("currency")}
          onChange={(event) => change({ currency: event.target.value.toUpperCase() })}
        />
        <TextField
          label="Receipt"
          hint="Optional: your own number for it."
          maxLength={40}
          autoComplete="off"
          value={order.receipt}
          error={problemOf("receipt")}
          onChange={(event) => change({ receipt: event.target.value })}
        />
        <SelectField
          label="Capture"
          hint="Manual: a payment is authorized first, then captured or cancelled."
          value={order.capture}
          onChange={(event) => change({ capture: event.target.value === "manual" ? "manual" : "automatic" })}
        >
          {CAPTURES.map((capture) => (
            <option key={capture} value={capture}>
              {toWords(capture)}
            </option>
          ))}
        </SelectField>
        <Checkbox
          label="Any number of payments may succeed"
          checked={order.reusable}
          onChange={(event) => change({ reusable: event.target.checked })}
        />
        <FormError error={FIELDS.some(problemOf) ? null : error} />
        <DialogActions>
          <Button onClick={leave}>Close</Button>
          <Button type="submit" variant="primary" busy={create.isPending}>
            Create order
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
