import { useState } from "react";
import { deliveryKeys } from "../../api/deliveries";
import { leftToRefund, type Payment, paymentKeys } from "../../api/payments";
import { createRefund, refundKeys } from "../../api/refunds";
import { useWrite } from "../../api/writes";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { KeyValue } from "../../components/KeyValue";
import { Money } from "../../components/Money";
import { useToasts } from "../../components/Toast";
import { formatMoney } from "../../lib/money";
import { AmountForm } from "./AmountForm";

interface RefundDialogProps {
  payment: Payment;
  onOpenChange: (open: boolean) => void;
}

/** Gives back all that is left, or a part of it. */
export function RefundDialog({ payment, onOpenChange }: RefundDialogProps) {
  const { currency } = payment;
  const toasts = useToasts();
  const [reason, setReason] = useState("");
  const left = leftToRefund(payment);
  const refund = useWrite({
    name: ["refund", payment.id],
    send: createRefund,
    outdates: [paymentKeys.all, refundKeys.all, deliveryKeys.all, ["ledger"]],
    onDone: (made) => {
      toasts.done(`The refund of ${formatMoney(made.amount, currency)} is under way.`);
      onOpenChange(false);
    },
  });
  // Whoever left now would not hear what has come of it.
  const leave = () => {
    if (!refund.isPending) onOpenChange(false);
  };
  return (
    <Dialog open onOpenChange={leave} title="Refund this payment">
      <KeyValue
        items={[
          ["Paid", <Money key="paid" amount={payment.amount_captured ?? payment.amount} currency={currency} />],
          ["Already refunded", <Money key="done" amount={payment.amount_refunded ?? 0} currency={currency} />],
          ["Left to refund", <Money key="left" amount={left} currency={currency} />],
        ]}
      />
      <AmountForm
        currency={currency}
        most={left}
        hint="All that is left, or a part of it."
        action="Refund"
        busy={refund.isPending}
        error={refund.error}
        onSubmit={(amount) => refund.mutate({ paymentId: payment.id, amount, reason: reason.trim() })}
        onCancel={leave}
      >
        <TextField
          label="Reason"
          hint="Optional; kept with the refund."
          maxLength={255}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </AmountForm>
    </Dialog>
  );
}
