// What a merchant may write, and what the compiler must refuse: every `@ts-expect-error` stands above an error.
import Checkout, { PaymentGateway as Named } from "https://pay.example/checkout.mjs";
import SameOrigin from "/checkout.mjs";

const required = { key: "key_test_abc123", orderId: "order_test_123" };
const options: PaymentGateway.Options = {
  ...required,
  prefill: { name: "Asha Rao", email: "asha@example.com", contact: "+911234567890", vpa: "asha@bank", method: "card" },
  theme: { mode: "auto", color: "#1d59c8" },
  locale: "hi-IN",
  container: document.body,
  modal: { escape: false, backdropClose: true, confirmClose: false },
  onSuccess: ({ paymentId, orderId, signature }) => [paymentId, orderId, signature].map((text) => text.trim()),
  onFailure: ({ code, description, reason, paymentId }) => [code, description, reason?.trim(), paymentId?.trim()],
  onClose: () => undefined,
};

// By script.
const checkout: PaymentGateway = new PaymentGateway(options);
checkout.open();
checkout.close();
new window.PaymentGateway({ ...required, theme: "dark", container: "#pay", prefill: null, locale: undefined });

// As a module.
const byDefault: Checkout = new Checkout(required);
const byName: Named = new Named(required);
const alike: PaymentGateway[] = [byDefault, byName, new SameOrigin(required), checkout];
const typed: Checkout.Options = options;

// Events.
const stop: () => void = checkout.on("payment.pending", ({ paymentId, orderId }) => paymentId + orderId);
checkout.on("payment.failed", (error) => error.code === "PAYMENT_FAILED" && error.reason === "a reason of an acquirer");
checkout.on("success", async (response: PaymentGateway.Success) => response.signature);
checkout.on("failure", (error: PaymentGateway.Failure) => error.description);
checkout.on("ready", () => stop());
checkout.on("close", () => alike.pop());
const names: PaymentGateway.EventName[] = ["ready", "payment.pending", "payment.failed", "success", "failure", "close"];

// Buttons.
document.addEventListener("paygate:success", (event) => event.detail.signature.trim());
document.body.addEventListener("paygate:payment.failed", ({ detail }) => detail.reason);

// @ts-expect-error: no orderId
new PaymentGateway({ key: "key_test_abc123" });
// @ts-expect-error: no options
new PaymentGateway();
// @ts-expect-error: an unknown option
new PaymentGateway({ ...required, amount: 50000 });
// @ts-expect-error: an unknown field to fill in
new PaymentGateway({ ...required, prefill: { phone: "1" } });
// @ts-expect-error: an unknown method
new PaymentGateway({ ...required, prefill: { method: "cash" } });
// @ts-expect-error: an unknown theme
new PaymentGateway({ ...required, theme: "pink" });
// @ts-expect-error: text where true or false belongs
new PaymentGateway({ ...required, modal: { escape: "no" } });
// @ts-expect-error: a callback that wants what it is not told
new PaymentGateway({ ...required, onClose: (response: PaymentGateway.Success) => response });
// @ts-expect-error: an unknown event
checkout.on("paid", () => undefined);
// @ts-expect-error: nothing is told with "ready"
checkout.on("ready", (detail: string) => detail);
// @ts-expect-error: no such detail
checkout.on("success", (response) => response.amount);
// @ts-expect-error: a payment that failed may have no id
checkout.on("failure", (error) => error.paymentId.trim());
// @ts-expect-error: an unknown code
checkout.on("failure", (error) => error.code === "payment_failed");
// @ts-expect-error: not a method
checkout.pay();

export { names, typed };
