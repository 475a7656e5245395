// What stays on the page through all views: who is paid and how much, the way out, the notice while offline.

import { el, icon, say } from "./dom.js";
import { t } from "./i18n.js";

export class Shell {
  #stage = el("div", { class: "stage" });
  #offline = el("p", { class: "offline", role: "status" });
  #merchant = el("h1", { class: "merchant" }, "Paygate");
  #amount = el("p", { class: "amount" });
  #order = el("p", { class: "order" });
  #initial = el("span", { class: "initial", "aria-hidden": "true" }, "P");
  #main;

  /** `onClose` is null where the page is a part of the merchant's page, which has no way out of its own. */
  constructor(main, { testMode, onClose }) {
    this.#main = main;
    const label = { "aria-label": t("close"), title: t("close") };
    const close = onClose && el("button", { type: "button", class: "close", ...label, onclick: onClose }, icon("close"));
    const seller = el("div", { class: "seller" }, this.#initial, this.#merchant, close);
    const test = testMode ? el("p", { class: "test-mode" }, t("test_mode")) : null;
    const summary = el("header", { class: "summary" }, seller, this.#amount, el("div", { class: "facts" }, this.#order, test));
    const secured = el("p", { class: "secured" }, icon("lock"), t("secured"));
    main.replaceChildren(summary, this.#stage, el("footer", {}, this.#offline, secured));
    for (const type of ["online", "offline"]) addEventListener(type, () => this.#showOffline());
    this.#showOffline();
  }

  showOrder({ merchant, id }, amount) {
    say(this.#merchant, merchant.name);
    say(this.#initial, [...merchant.name][0] ?? "");
    say(this.#amount, amount);
    this.#order.replaceChildren(`${t("order")} `, el("bdi", {}, id));
    document.title = t("title", { merchant: merchant.name });
  }

  /** Shows the view; `focus` is what the shopper is put into, so that a screen reader tells what has changed. */
  show(view, focus) {
    this.#stage.replaceChildren(view);
    focus?.focus({ preventScroll: true });
  }

  /** Tells the height that the page needs, now and whenever it changes. */
  watchHeight(tell) {
    new ResizeObserver(() => tell(Math.ceil(this.#main.getBoundingClientRect().height))).observe(this.#main);
  }

  #showOffline() {
    say(this.#offline, navigator.onLine ? "" : t("offline"));
  }
}
