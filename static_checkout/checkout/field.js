// A labelled input whose error has its place reserved below it, so that nothing moves when it appears.

import { el, say } from "./dom.js";
import { t } from "./i18n.js";

export class Field {
  #error;
  #problem;

  /**
   * `problem(value)` says what is wrong with the value: a text, or null. Errors show when the shopper leaves the field
   * or submits; from then on they follow each key, so that they go as soon as they are mended.
   */
  constructor({ id, label, optional = false, hint, adornment, problem, ...attributes }) {
    this.#problem = problem;
    this.#error = el("p", { class: "field-error", id: `${id}-error`, "aria-live": "polite" });
    const described = hint ? `${id}-hint ${id}-error` : `${id}-error`;
    this.input = el("input", { id, name: id, "aria-describedby": described, autocapitalize: "none", ...attributes });
    this.input.spellcheck = false;
    if (!optional) this.input.setAttribute("aria-required", "true");
    this.hint = hint && el("span", { class: "hint", id: `${id}-hint` }, hint);
    const note = optional ? el("span", { class: "hint" }, t("optional")) : this.hint;
    const name = el("div", { class: "field-name" }, el("label", { for: id }, label), note);
    const box = el("div", { class: "field-box" }, this.input, adornment);
    this.element = el("div", { class: "field" }, name, box, this.#error);
    this.input.addEventListener("blur", () => this.value && this.check());
    this.input.addEventListener("input", () => this.#error.textContent && this.check());
  }

  get value() {
    return this.input.value.trim();
  }

  /** Shows what is wrong, if anything; returns whether all is well. */
  check() {
    const problem = this.#problem(this.value);
    this.setError(problem);
    return problem === null;
  }

  setError(text) {
    say(this.#error, text ?? "");
    if (text) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

/** Checks all fields and puts the shopper into the first wrong one; returns whether all is well. */
export function checkAll(fields) {
  const wrong = fields.filter((field) => !field.check());
  wrong[0]?.input.focus();
  return wrong.length === 0;
}
