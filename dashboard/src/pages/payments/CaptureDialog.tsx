import { capturePayment, type Payment, paymentKeys } from "../../api/payments";
import { useWrite } from "../../api/writes";
import { Dialog } from "../../components/Dialog";
import { useToasts } from "../../components/Toast";
import { AmountForm } from "./AmountForm";

interface CaptureDialogProps {
  payment: Payment;
  onOpenChange: (open: boolean) => void;
}

/** Takes what the shopper's bank has authorized, or a part of it. */
export function CaptureDialog({ payment, onOpenChange }: CaptureDialogProps) {
  const toasts = useToasts();
  const capture = useWrite({
    name: ["capture", payment.id],
    send: (amount: number, idempotencyKey) => capturePayment(payment.id, amount, idempotencyKey),
    outdates: [paymentKeys.all],
    onDone: () => {
      toasts.done("The payment is being captured.");
      onOpenChange(false);
    },
  });
  // Whoever left now would not hear what has come of it.
  const leave = () => {
    if (!capture.isPending) onOpenChange(false);
  };
  return (
    <Dialog
      open
      onOpenChange={leave}
      title="Capture this payment"
      description="What is not captured now goes back to the shopper; a payment can be captured once."
    >
      <AmountForm
        currency={payment.currency}
        most={payment.amount}
        hint="All that is authorized, or a part of it."
        action="Capture"
        busy={capture.isPending}
        error={capture.error}
        onSubmit={(amount) => capture.mutate(amount)}
        onCancel={leave}
      />
    </Dialog>
  );
}
