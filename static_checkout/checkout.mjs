// Paygate's checkout as a module: import PaymentGateway from "https://<your Paygate>/checkout.mjs";
// The code is checkout.js's. A classic script cannot read import.meta, so it hands its class over by a symbol.
import "./checkout.js";

const handover = Symbol.for("paygate.checkout");
const PaymentGateway = globalThis[handover](import.meta.url);
delete globalThis[handover];

export { PaymentGateway as default, PaymentGateway };
