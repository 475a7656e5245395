/** Code for a merchant's page and server, with the merchant's own values in it. */

import { htmlAttribute, jsString, shellWord } from "./quoting";
import verifyNode from "./verify.mjs?raw";
import verifyPython from "./verify.py?raw";

export interface Values {
  /** Of this Paygate, such as http://localhost:3000. */
  origin: string;
  keyId: string;
  orderId: string;
  paymentId: string;
  /** In minor units. */
  amount: number;
  currency: string;
  /** Whom a payment by curl is asked of. */
  vpa: string;
}

export interface Snippet {
  id: string;
  group: "Checkout" | "Webhooks" | "curl";
  label: string;
  /** What has to be done besides. */
  note: string;
  write: (values: Values) => string;
}

const SECRET_NOTE = "PAYGATE_SECRET is the key’s secret, which was shown when the key was made.";
const WEBHOOK_NOTE = "WEBHOOK_SECRET is the endpoint’s, whsec_ included. Give it the body’s bytes as they came.";
const PAGE_NOTE = "The page’s origin has to be among the allowed origins, under Settings.";

export const SNIPPETS: readonly [Snippet, ...Snippet[]] = [
  { id: "script", group: "Checkout", label: "Checkout: script", note: PAGE_NOTE, write: checkoutScript },
  { id: "module", group: "Checkout", label: "Checkout: module", note: PAGE_NOTE, write: checkoutModule },
  { id: "button", group: "Checkout", label: "Checkout: HTML button", note: PAGE_NOTE, write: checkoutButton },
  { id: "node", group: "Webhooks", label: "Webhooks: Node", note: WEBHOOK_NOTE, write: () => verifyNode.trimEnd() },
  {
    id: "python",
    group: "Webhooks",
    label: "Webhooks: Python",
    note: WEBHOOK_NOTE,
    write: () => verifyPython.trimEnd(),
  },
  { id: "order", group: "curl", label: "curl: create an order", note: SECRET_NOTE, write: curlOrder },
  { id: "payment", group: "curl", label: "curl: create a payment", note: SECRET_NOTE, write: curlPayment },
  { id: "refund", group: "curl", label: "curl: refund a payment", note: SECRET_NOTE, write: curlRefund },
];

function checkoutScript({ origin, keyId, orderId }: Values): string {
  return `<button type="button" id="pay">Pay</button>
<script src=${htmlAttribute(`${origin}/checkout.js`)}></script>
<script>
  const checkout = new PaymentGateway({
    key: ${jsString(keyId)},
    orderId: ${jsString(orderId)},
    onSuccess: (response) => fetch("/paid", { method: "POST", body: JSON.stringify(response) }),
  });
  document.getElementById("pay").addEventListener("click", () => checkout.open());
</script>`;
}

function checkoutModule({ origin, keyId, orderId }: Values): string {
  return `import PaymentGateway from ${jsString(`${origin}/checkout.mjs`)};

const checkout = new PaymentGateway({
  key: ${jsString(keyId)},
  orderId: ${jsString(orderId)},
});
checkout.on("success", (response) => fetch("/paid", { method: "POST", body: JSON.stringify(response) }));
checkout.on("failure", (error) => console.log(error.code, error.reason));
checkout.open();`;
}

function checkoutButton({ origin, keyId, orderId }: Values): string {
  return `<script src=${htmlAttribute(`${origin}/checkout.js`)}></script>
<button type="button"
  data-paygate-key=${htmlAttribute(keyId)}
  data-paygate-order=${htmlAttribute(orderId)}
  data-paygate-success-url="/thanks"
  data-paygate-failure-url="/cart">Pay</button>`;
}

function curlOrder(values: Values): string {
  const { amount, currency } = values;
  return post(values, "/orders", { amount, currency });
}

function curlPayment(values: Values): string {
  return post(values, "/payments", { order_id: values.orderId, method: "upi", vpa: values.vpa });
}

function curlRefund(values: Values): string {
  return post(values, `/payments/${encodeURIComponent(values.paymentId)}/refunds`, { reason: "requested by customer" });
}

/** A key of its own for each run: who tries again after a lost answer sends the same one again. */
function post({ origin, keyId }: Values, route: string, body: object): string {
  return `curl -X POST ${shellWord(`${origin}/api/v1${route}`)} \\
  -H ${shellWord(`X-Api-Key: ${keyId}`)} \\
  -H "X-Api-Secret: $PAYGATE_SECRET" \\
  -H 'Content-Type: application/json' \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -d ${shellWord(JSON.stringify(body))}`;
}
