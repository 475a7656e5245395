// What the page shows when it is not the form: waiting, the QR code, how it ended, the question before leaving.

import { el, icon } from "./dom.js";
import { t } from "./i18n.js";
import { isPhone } from "./upi-form.js";

const QR_PREFIX = "data:image/svg+xml";
const LINK_PREFIX = "upi://pay?";

/** A view: its element and what is focused when it appears. */
function view(kind, title, ...children) {
  const heading = el("h2", { tabindex: -1 }, title);
  return { element: el("section", { class: `view ${kind}` }, ...place(kind, heading), ...children), focus: heading };
}

const SIGNS = { good: "good", bad: "bad", unknown: "clock" };

function place(kind, heading) {
  if (kind === "wait") return [el("div", { class: "spinner", "aria-hidden": "true" }), heading];
  return SIGNS[kind] ? [el("div", { class: `sign ${kind}` }, icon(SIGNS[kind])), heading] : [heading];
}

/** The form's outline while the order loads; the same size, so that nothing jumps. */
export function loadingView() {
  const said = el("p", { class: "said", role: "status" }, t("loading"));
  const bars = ["short", "", "", ""].map((size) => el("div", { class: `bar ${size}` }));
  return { element: el("div", { class: "skeleton" }, said, ...bars), focus: null };
}

export function processingView(text) {
  const note = el("p", { class: "note", role: "status" }, text);
  return { ...view("wait", t("processing"), note), note };
}

/** The UPI payment as a QR code; on a phone as a link to its UPI apps, the code behind a summary. */
export function codeView({ upi_link: link, upi_qr: qr }, { amount, onOtherWay }) {
  const image = el("img", { class: "qr", src: qr.startsWith(QR_PREFIX) ? qr : "", alt: t("scan_alt"), width: 208, height: 208 });
  const note = el("p", { class: "note waiting", role: "status" }, t("waiting"));
  const back = el("button", { type: "button", class: "button", onclick: onOtherWay }, t("other_way"));
  if (!isPhone()) {
    return { ...view("code", t("scan", { amount }), hintOf(t("scan_hint")), image, note, back), note };
  }
  // The shopper's tap leads out of the sandbox, to the app; Paygate's page stays open and goes on watching.
  const open = el("a", { class: "button button-primary", href: link.startsWith(LINK_PREFIX) ? link : "#", target: "_top" }, t("open_app"));
  const scan = el("details", {}, el("summary", {}, t("or_scan")), image);
  return { ...view("code", t("open_app_title", { amount }), hintOf(t("open_app_hint")), open, note, scan, back), note };
}

function hintOf(text) {
  return el("p", { class: "note" }, text);
}

/** How it ended; `actions` are [text, function], the first one the main button. */
export function resultView(kind, title, text, actions) {
  const buttons = actions.map(([name, act], index) => {
    const look = index === 0 ? "button button-primary" : "button";
    return el("button", { type: "button", class: look, onclick: act }, name);
  });
  const told = el("p", { class: "note", role: kind === "bad" ? "alert" : "status" }, text);
  return view(kind, title, told, el("div", { class: "actions" }, ...buttons));
}

/** Asks whether to leave a payment that is under way; `onLeave` when the shopper says so. Returns the dialog. */
export function askToLeave(onLeave) {
  const stay = el("button", { type: "button", class: "button button-primary", onclick: () => dialog.close() }, t("stay"));
  const leave = el("button", { type: "button", class: "button", onclick: onLeave }, t("leave"));
  const labels = { role: "alertdialog", "aria-labelledby": "leave-title", "aria-describedby": "leave-hint" };
  const dialog = el(
    "dialog",
    { class: "question", ...labels, onclose: () => dialog.remove() },
    el("h2", { id: "leave-title" }, t("leave_title")),
    el("p", { class: "note", id: "leave-hint" }, t("leave_hint")),
    el("div", { class: "actions" }, stay, leave),
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
