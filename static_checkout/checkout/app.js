// Starts the checkout page: shakes hands with the SDK on the merchant's page, then shows the order.

import { Bridge } from "./bridge.js";
import { Checkout } from "./checkout.js";
import { trapTab } from "./dom.js";
import { t, useLocale } from "./i18n.js";
import { Shell } from "./shell.js";
import { applyTheme } from "./theme.js";
import { resultView } from "./views.js";

const main = document.getElementById("checkout");
const config = JSON.parse(document.getElementById("config").textContent);
const nonce = location.hash.slice(1);
let checkout = null;
let started = false;

/** Once, with what the merchant's page wants; `modal` is null where this page is a part of the merchant's. */
async function start(bridge, { prefill, theme, locale, modal }) {
  if (started) return;
  started = true;
  applyTheme(theme ?? {});
  document.documentElement.classList.toggle("inline", !modal);
  const used = await useLocale(locale ?? config.locale);
  const onClose = modal ? () => checkout.close() : null;
  const shell = new Shell(main, { testMode: config.test_mode, onClose });
  checkout = new Checkout(config, bridge, shell, { prefill: prefill ?? {}, modal, locale: used });
  document.addEventListener("keydown", (event) => onKey(event, modal));
  checkout.start();
  shell.watchHeight((height) => bridge.send("resize", { height }));
}

function onKey(event, modal) {
  if (!modal) return;
  trapTab(event);
  const asked = document.querySelector("dialog[open]");
  if (event.key !== "Escape" || asked) return;
  // Its default would at once close the question that this may open.
  event.preventDefault();
  if (modal.escape) checkout.close();
}

async function refuseAlone() {
  applyTheme();
  await useLocale(config.locale);
  main.replaceChildren(resultView("bad", t("cannot_pay"), t("NOT_EMBEDDED"), []).element);
}

if (window.parent === window || !nonce) {
  refuseAlone();
} else {
  const bridge = new Bridge(config.origin, nonce, {
    init: (message) => start(bridge, message),
    "close-request": ({ force }) => (checkout ? checkout.close(force) : bridge.send("close")),
  });
  bridge.send("ready");
}
