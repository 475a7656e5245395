// UPI: a QR code (on a phone, a link to its UPI apps), or a request to the shopper's UPI ID.

import { el } from "./dom.js";
import { Field, checkAll } from "./field.js";
import { t } from "./i18n.js";
import { vpaProblem } from "./vpa.js";

/** Whether UPI apps are likely to be on this device, where a QR code on its screen would be of no use. */
export function isPhone() {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}

export class UpiForm {
  #radios = {};
  #onChange;

  /** `onChange` is told when the way changes, and with it what the main button does. */
  constructor({ vpa }, onChange) {
    this.#onChange = onChange;
    this.vpa = new Field({
      ...{ id: "vpa", label: t("vpa"), inputmode: "email", autocomplete: "off", placeholder: "name@bank", dir: "ltr" },
      ...{ autocorrect: "off", maxlength: 321 },
      problem: (value) => {
        const key = vpaProblem(value);
        return key && t(key);
      },
    });
    this.vpa.input.value = vpa ?? "";
    this.byApiField = { vpa: this.vpa };
    const code = isPhone() ? "app" : "qr";
    const ways = [this.#way("code", t(`upi_${code}`), t(`upi_${code}_hint`)), this.#way("vpa", t("upi_vpa"), t("upi_vpa_hint"))];
    const legend = el("legend", { class: "said" }, t("upi_ways"));
    this.element = el("div", {}, el("fieldset", { class: "ways" }, legend, ...ways), this.vpa.element);
    this.#radios[vpa ? "vpa" : "code"].checked = true;
    this.#show();
  }

  /** Whether the shopper pays by UPI ID. */
  get byVpa() {
    return this.#radios.vpa.checked;
  }

  get action() {
    return isPhone() ? t("use_app") : t("show_qr");
  }

  check() {
    return !this.byVpa || checkAll([this.vpa]);
  }

  read() {
    return this.byVpa ? { method: "upi", vpa: this.vpa.value } : { method: "upi" };
  }

  #way(value, name, hint) {
    const id = `way-${value}`;
    const change = () => this.#show();
    const radio = el("input", { type: "radio", name: "way", id, value, "aria-describedby": `${id}-hint`, onchange: change });
    this.#radios[value] = radio;
    const texts = el("span", { class: "way-name" }, name);
    return el("label", { class: "way", for: id }, radio, el("span", {}, texts, el("span", { class: "hint", id: `${id}-hint` }, hint)));
  }

  #show() {
    this.vpa.element.hidden = !this.byVpa;
    this.#onChange();
  }
}
