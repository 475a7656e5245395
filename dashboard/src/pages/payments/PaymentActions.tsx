import { useState } from "react";
import { cancelPayment, leftToRefund, type Payment, paymentKeys } from "../../api/payments";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Confirm";
import { useToasts } from "../../components/Toast";
import { formatMoney } from "../../lib/money";
import { CaptureDialog } from "./CaptureDialog";
import { RefundDialog } from "./RefundDialog";

/** What can be done with the payment as it stands. */
export function PaymentActions({ payment }: { payment: Payment }) {
  const toasts = useToasts();
  const [open, setOpen] = useState<"refund" | "capture" | "cancel" | null>(null);
  const cancel = useWrite({
    name: ["cancel", payment.id],
    send: (id: string, idempotencyKey) => cancelPayment(id, idempotencyKey),
    outdates: [paymentKeys.all],
    onDone: () => toasts.done("The payment is being cancelled."),
  });
  const held = payment.status === "authorized" && !payment.pending_action;
  const close = (stay: boolean) => setOpen((now) => (stay ? now : null));
  return (
    <>
      {held && <Button onClick={() => setOpen("cancel")}>Cancel payment</Button>}
      {held && (
        <Button variant="primary" onClick={() => setOpen("capture")}>
          Capture
        </Button>
      )}
      {leftToRefund(payment) > 0 && <Button onClick={() => setOpen("refund")}>Refund</Button>}
      {open === "refund" && <RefundDialog payment={payment} onOpenChange={close} />}
      {open === "capture" && <CaptureDialog payment={payment} onOpenChange={close} />}
      <Confirm
        open={open === "cancel"}
        onOpenChange={close}
        title="Cancel this payment?"
        description={`The shopper’s bank releases ${formatMoney(payment.amount, payment.currency)}. This cannot be undone.`}
        action="Cancel payment"
        danger
        write={cancel}
        variables={payment.id}
      />
    </>
  );
}
