// Tells the SDK on the merchant's page why there is no checkout, before the shopper waits for one in vain.

import { Bridge } from "./bridge.js";

const config = JSON.parse(document.getElementById("config").textContent);
const { code, description, reason } = config.error;
const nonce = location.hash.slice(1);
if (window.parent !== window && nonce && config.origin) {
  new Bridge(config.origin, nonce, {}).send("refused", { error: { code, description, reason } });
}
