// The ways to pay as tabs, and the button that pays.

import { CardForm } from "./card-form.js";
import { el, say } from "./dom.js";
import { has, t } from "./i18n.js";
import { UpiForm } from "./upi-form.js";

const FORMS = { upi: UpiForm, card: CardForm };

// Reasons for a refused field that have a text of their own here; others get the field's own words or a general text.
const REASONS = {
  INVALID_VPA: "vpa_invalid",
  INVALID_CARD: "number_invalid",
  INVALID_EXPIRY: "expiry_invalid",
  EXPIRED_CARD: "expiry_past",
};

export class PayForm {
  #tabs = {};
  #panels = {};
  #forms = {};
  #amount;
  #button = el("button", { type: "submit", class: "button button-primary" });

  /** `onSubmit` gets the part of the request's body that says how to pay. */
  constructor({ methods, amount, prefill, onSubmit }) {
    this.#amount = amount;
    this.methods = methods.filter((method) => Object.hasOwn(FORMS, method));
    for (const method of this.methods) this.#add(method, prefill);
    const list = el("div", { class: "tabs", role: "tablist", "aria-label": t("methods"), onkeydown: (event) => this.#onKey(event) });
    list.append(...Object.values(this.#tabs));
    list.hidden = this.methods.length < 2;
    this.element = el("form", { class: "form", novalidate: true }, list, ...Object.values(this.#panels), this.#button);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#form.check()) onSubmit(this.#form.read());
    });
    this.#choose(this.methods.includes(prefill.method) ? prefill.method : this.methods[0]);
  }

  /** Puts the shopper where there is something to do: the first empty field or, where none is, the button. */
  focus() {
    const fields = [...this.#panels[this.method].querySelectorAll("input:not([type=radio])")];
    const empty = fields.find((field) => !field.value && field.checkVisibility());
    (empty ?? this.#button).focus({ preventScroll: true });
  }

  /** Shows Paygate's refusal at the field that it names; returns whether the form has that field. */
  showRefusal({ field, reason }) {
    const named = this.#form.byApiField[field];
    if (!named) return false;
    named.setError(has(REASONS[reason]) ? t(REASONS[reason]) : t("field_invalid"));
    named.input.focus();
    return true;
  }

  forgetCode() {
    this.#forms.card?.forgetCode();
  }

  forget() {
    this.#forms.card?.forget();
  }

  get #form() {
    return this.#forms[this.method];
  }

  #add(method, prefill) {
    const id = `tab-${method}`;
    const panel = `panel-${method}`;
    const choose = () => this.#choose(method);
    this.#tabs[method] = el("button", { type: "button", role: "tab", id, "aria-controls": panel, onclick: choose }, t(method));
    this.#forms[method] = new FORMS[method](prefill, () => this.#nameButton());
    const attributes = { class: "tab-panel", role: "tabpanel", id: panel, "aria-labelledby": id };
    this.#panels[method] = el("div", attributes, this.#forms[method].element);
  }

  #choose(chosen) {
    this.method = chosen;
    for (const method of this.methods) {
      this.#tabs[method].setAttribute("aria-selected", String(method === chosen));
      this.#tabs[method].tabIndex = method === chosen ? 0 : -1;
      this.#panels[method].hidden = method !== chosen;
    }
    this.#nameButton();
  }

  // As https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ has it; arrows follow the direction of the script.
  #onKey(event) {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const steps = { ArrowRight: -1, ArrowLeft: -1, [forward]: 1 };
    const count = this.methods.length;
    const ends = { Home: 0, End: count - 1 };
    const next = ends[event.key] ?? (this.methods.indexOf(this.method) + (steps[event.key] ?? 0) + count) % count;
    if (!(event.key in steps) && !(event.key in ends)) return;
    event.preventDefault();
    this.#choose(this.methods[next]);
    this.#tabs[this.method].focus();
  }

  #nameButton() {
    const form = this.#form;
    const code = form instanceof UpiForm && !form.byVpa;
    say(this.#button, code ? form.action : t("pay", { amount: this.#amount }));
  }
}
