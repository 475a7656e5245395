// The course of a checkout: the order, attempts to pay it, how it ends. Views only show; what happens is decided here.

import { ApiError } from "./api.js";
import { Attempt, GaveUp, loadOrder, look, succeeded, watch } from "./attempt.js";
import { say } from "./dom.js";
import { t } from "./i18n.js";
import { formatAmount } from "./money.js";
import { PayForm } from "./pay-form.js";
import { failureOf, isFinal, loadFailure, orderProblem, refusalOf } from "./reasons.js";
import { askToLeave, codeView, loadingView, processingView, resultView } from "./views.js";

const LOAD_LIMIT_MS = 30_000;
const SUCCESS_SHOWN_MS = 1_500;

export class Checkout {
  #config;
  #bridge;
  #shell;
  #settings;
  #order;
  #amount;
  #form;
  /** Ends every call and every wait. */
  #stop = new AbortController();
  /** Payments that may still succeed, by id: the present one, and those whose QR code the shopper has left. */
  #open = new Map();
  /** The payment or attempt that the shopper waits for; null while the form or an end is shown. */
  #present = null;
  #success = null;
  #question = null;

  constructor(config, bridge, shell, settings) {
    this.#config = config;
    this.#bridge = bridge;
    this.#shell = shell;
    this.#settings = settings;
  }

  async start() {
    this.#show(loadingView());
    try {
      this.#order = await loadOrder(this.#config, { limitMs: LOAD_LIMIT_MS, ...this.#patience() });
    } catch (error) {
      return this.#refuse(error instanceof ApiError ? refusalOf(error) : loadFailure());
    }
    this.#amount = formatAmount(this.#order.amount, this.#order.currency, this.#settings.locale);
    this.#shell.showOrder(this.#order, this.#amount);
    const problem = orderProblem(this.#order);
    if (problem) return this.#refuse(problem);
    this.#form = new PayForm({
      methods: this.#order.methods,
      amount: this.#amount,
      prefill: this.#settings.prefill,
      onSubmit: (instrument) => this.#pay(instrument),
    });
    this.#showForm();
  }

  /** The shopper, or with `force` the merchant's page, wants to close. */
  close(force) {
    if (this.#success) return this.#tellSuccess();
    if (force || !this.#present || !this.#settings.modal?.confirmClose) return this.#leave();
    if (!this.#question?.open) this.#question = askToLeave(() => this.#leave());
  }

  #leave() {
    this.#stop.abort();
    this.#form?.forget();
    this.#bridge.send("close");
  }

  // Double clicks and keys held down: one attempt at a time.
  #pay(instrument) {
    if (this.#present) return;
    const { key, order_id } = this.#config;
    this.#run(new Attempt({ key, order_id, ...instrument }), instrument);
  }

  async #run(attempt, instrument) {
    const present = { attempt, instrument };
    this.#present = present;
    this.#showProcessing(instrument);
    try {
      // The shopper may have paid a QR code and come back to the form: then there is nothing left to pay.
      if (await this.#lookAtOpen()) return;
      const payment = await attempt.create(this.#patience());
      this.#form.forgetCode();
      this.#bridge.send("pending", { paymentId: payment.id, orderId: payment.order_id });
      present.id = payment.id;
      if (payment.upi_link) this.#showCode(payment);
      await this.#follow(payment);
    } catch (error) {
      if (this.#present === present) await this.#onRefusal(error, present);
    }
  }

  /** Watches the payment to its end; an end that the shopper no longer waits for counts only if it is a success. */
  async #follow(payment) {
    this.#open.set(payment.id, payment);
    try {
      const ended = await watch(payment.id, this.#config.key, this.#patience());
      this.#open.delete(payment.id);
      if (succeeded(ended)) this.#succeed(ended);
      else if (this.#present?.id === payment.id) this.#fail(failureOf(ended));
    } catch {
      if (this.#present?.id === payment.id && !this.#stop.signal.aborted) this.#showUnknown(payment);
    }
  }

  /** Whether one of the payments that are still open has succeeded by now. */
  async #lookAtOpen() {
    for (const id of this.#open.keys()) {
      try {
        const payment = await look(id, this.#config.key, { signal: this.#stop.signal });
        if (succeeded(payment)) return this.#succeed(payment);
      } catch {
        // Not known; Paygate itself takes an order's money only once.
      }
    }
    return this.#success !== null;
  }

  async #onRefusal(error, present) {
    if (this.#stop.signal.aborted) return;
    if (error instanceof GaveUp) return this.#showUnsent(present);
    if (!(error instanceof ApiError)) throw error;
    if (error.reason?.startsWith("ORDER_ALREADY_") && (await this.#lookAtOpen())) return;
    if (isFinal(error)) return this.#refuse(refusalOf(error));
    this.#present = null;
    if (error.status === 400) {
      this.#showForm();
      if (this.#form.showRefusal(error)) return;
    }
    this.#fail(refusalOf(error));
  }

  #succeed(payment) {
    if (this.#success) return true;
    this.#success = { paymentId: payment.id, orderId: payment.order_id, signature: payment.signature };
    this.#stop.abort();
    this.#present = null;
    this.#form.forget();
    const text = t("success_hint", { amount: this.#amount, merchant: this.#order.merchant.name });
    this.#show(resultView("good", t("success"), text, [[t("done"), () => this.#tellSuccess()]]));
    setTimeout(() => this.#tellSuccess(), SUCCESS_SHOWN_MS);
    return true;
  }

  // The first one ends the checkout on the SDK's side; the rising number of a second one would be ignored there.
  #tellSuccess() {
    this.#bridge.send("success", this.#success);
  }

  #fail(error) {
    this.#present = null;
    this.#form.forgetCode();
    this.#bridge.send("failure", { error, fatal: false });
    this.#show(resultView("bad", t("failed"), error.description, [[t("retry"), () => this.#showForm()]]));
  }

  /** Nothing that the shopper does can pay this order. */
  #refuse(error) {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#present = null;
    this.#form?.forget();
    this.#bridge.send("failure", { error, fatal: true });
    const actions = this.#settings.modal ? [[t("close"), () => this.close()]] : [];
    this.#show(resultView("bad", t("cannot_pay"), error.description, actions));
  }

  #showForm() {
    this.#present = null;
    this.#show({ element: this.#form.element, focus: this.#form });
  }

  #showProcessing({ vpa }) {
    this.#show(processingView(vpa ? t("processing_vpa") : t("processing_card")));
  }

  #showCode(payment) {
    const onOtherWay = () => this.#showForm();
    this.#show(codeView(payment, { amount: this.#amount, onOtherWay }));
  }

  /** Five minutes and no end: nobody may pay again now, for it may still succeed. */
  #showUnknown(payment) {
    const again = () => {
      this.#showProcessing(this.#present.instrument);
      this.#follow(payment);
    };
    const actions = [[t("check_again"), again]];
    if (this.#settings.modal) actions.push([t("close"), () => this.#leave()]);
    const text = t("unknown_hint", { merchant: this.#order.merchant.name });
    this.#show(resultView("unknown", t("unknown"), text, actions));
  }

  /** Whether the payment was made is not known: only the very same attempt may be sent again. */
  #showUnsent({ attempt, instrument }) {
    const again = () => this.#run(attempt, instrument);
    this.#show(resultView("unknown", t("unsent"), t("unsent_hint"), [[t("retry"), again]]));
  }

  #show(view) {
    this.#question?.close();
    this.#note = view.note;
    this.#calm = view.note?.textContent;
    // A page within the merchant's page takes the focus only from itself.
    const mayFocus = this.#settings.modal || document.hasFocus();
    this.#shell.show(view.element, mayFocus ? view.focus : null);
  }

  #note;
  #calm;

  /** What calls of the API need: when to stop, and whom to tell that the connection is bad or good again. */
  #patience() {
    const onTrouble = (trouble) => this.#note && say(this.#note, trouble ? t("processing_slow") : this.#calm);
    return { signal: this.#stop.signal, onTrouble };
  }
}
