// The card's fields. What is typed here is in this page's memory only and goes nowhere but to Paygate's API.

import { NETWORK_NAMES, networkBadge } from "./badges.js";
import { cvvLength, expiryProblem, groupDigits, isCardNumber, longestNumber, networkOf, readExpiry } from "./cards.js";
import { el, say } from "./dom.js";
import { Field, checkAll } from "./field.js";
import { t } from "./i18n.js";

const CVV_LENGTH_USUAL = 3;
const digitsOf = (text) => text.replace(/\D/g, "");

export class CardForm {
  #badge = el("span", { class: "badge-box" }, networkBadge(null));
  #network = null;
  #announced = el("span", { class: "said", role: "status" });

  constructor({ name }) {
    this.number = this.#numberField();
    this.expiry = this.#expiryField();
    this.cvv = this.#cvvField();
    this.holder = new Field({
      ...{ id: "holder", label: t("holder"), optional: true, autocomplete: "cc-name", maxlength: 100 },
      problem: () => null,
    });
    this.holder.input.value = name ?? "";
    const row = el("div", { class: "field-row" }, this.expiry.element, this.cvv.element);
    this.element = el("div", {}, this.number.element, this.#announced, row, this.holder.element);
    this.byApiField = {
      "card.number": this.number,
      "card.expiry_month": this.expiry,
      "card.expiry_year": this.expiry,
      "card.cvv": this.cvv,
      "card.holder_name": this.holder,
    };
  }

  check() {
    return checkAll([this.number, this.expiry, this.cvv, this.holder]);
  }

  /** The part of the request's body that is the card's. */
  read() {
    const { month, year } = readExpiry(this.expiry.value);
    const card = { number: this.#digits, expiry_month: month, expiry_year: year, cvv: this.cvv.value };
    if (this.holder.value) card.holder_name = this.holder.value;
    return { method: "card", card };
  }

  /** After an attempt: the security code is for one use. */
  forgetCode() {
    this.cvv.input.value = "";
    this.cvv.setError(null);
  }

  forget() {
    for (const field of [this.number, this.expiry, this.cvv, this.holder]) field.input.value = "";
  }

  get #digits() {
    return digitsOf(this.number.value);
  }

  #numberField() {
    const field = new Field({
      ...{ id: "number", label: t("number"), inputmode: "numeric", autocomplete: "cc-number", dir: "ltr" },
      adornment: this.#badge,
      problem: (value) => this.#numberProblem(digitsOf(value)),
    });
    field.input.addEventListener("input", () => {
      keepCaret(field.input, (text) => groupDigits(text.slice(0, longestNumber(text))));
      this.#showNetwork();
      if (isCardNumber(this.#digits) && this.#digits.length === longestNumber(this.#digits)) field.setError(null);
    });
    return field;
  }

  #numberProblem(digits) {
    if (!digits) return t("number_missing");
    if (digits.length >= 6 && networkOf(digits) === null) return t("number_network");
    return isCardNumber(digits) ? null : t("number_invalid");
  }

  #showNetwork() {
    const network = networkOf(this.#digits);
    if (network === this.#network) return;
    this.#network = network;
    this.#badge.replaceChildren(networkBadge(network));
    say(this.#announced, network ? NETWORK_NAMES[network] : "");
    const length = cvvLength(this.#digits) ?? CVV_LENGTH_USUAL;
    this.cvv.input.maxLength = length;
    say(this.cvv.hint, t("cvv_hint", { digits: length }));
    if (this.cvv.value) this.cvv.check();
  }

  #expiryField() {
    const field = new Field({
      ...{ id: "expiry", label: t("expiry"), inputmode: "numeric", autocomplete: "cc-exp", placeholder: t("expiry_format") },
      dir: "ltr",
      problem: (value) => {
        const key = value ? expiryProblem(value) : "expiry_missing";
        return key && t(key);
      },
    });
    field.input.addEventListener("input", ({ inputType }) => {
      // Only while a person types forward: what a browser fills in, such as 12/2028, stays as it is, and so does deleting.
      if (inputType === "insertText") keepCaret(field.input, writeExpiry);
    });
    return field;
  }

  #cvvField() {
    const attributes = { inputmode: "numeric", autocomplete: "cc-csc", maxlength: CVV_LENGTH_USUAL, dir: "ltr" };
    const field = new Field({
      ...{ id: "cvv", label: t("cvv"), hint: t("cvv_hint", { digits: CVV_LENGTH_USUAL }), ...attributes },
      problem: (value) => {
        const length = cvvLength(this.#digits) ?? CVV_LENGTH_USUAL;
        if (!value) return t("cvv_missing");
        return value.length === length ? null : t("cvv_invalid", { digits: length });
      },
    });
    field.input.addEventListener("input", () => keepCaret(field.input, (digits) => digits));
    return field;
  }
}

function writeExpiry(digits) {
  const full = /^[2-9]/.test(digits) ? `0${digits}` : digits;
  return full.length < 2 ? full : `${full.slice(0, 2)} / ${full.slice(2, 4)}`;
}

/** Rewrites the input from its digits; the caret stays behind the digit that it was behind. */
function keepCaret(input, write) {
  const atEnd = input.selectionStart === input.value.length;
  const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
  const written = write(digitsOf(input.value));
  if (written === input.value) return;
  input.value = written;
  let caret = 0;
  for (let seen = 0; seen < before && caret < written.length; caret++) if (/\d/.test(written[caret])) seen++;
  const place = atEnd ? written.length : caret;
  input.setSelectionRange(place, place);
}
