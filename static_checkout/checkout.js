/* Paygate's checkout for a merchant's page: opens the payment page, which lives on Paygate's origin, in a sandboxed iframe.
 *
 *   const checkout = new PaymentGateway({ key, orderId, onSuccess(response) {}, onFailure(error) {}, onClose() {} });
 *   checkout.open();
 *
 * checkout.d.ts tells every option, event and rule, and how a button with data-paygate- attributes does without code.
 */
(() => {
  "use strict";

  const PROTOCOL = 1;
  const LOAD_TIMEOUT_MS = 10_000;
  const CLOSE_TIMEOUT_MS = 1_000;
  const EVENTS = ["ready", "payment.pending", "payment.failed", "success", "failure", "close"];
  const CALLBACKS = { onSuccess: "success", onFailure: "failure", onClose: "close" };
  const OPTIONS = {
    ...{ key: "string", orderId: "string", onSuccess: "function", onFailure: "function", onClose: "function" },
    ...{ prefill: "object", theme: "string or object", locale: "string", container: "string or object", modal: "object" },
  };
  const PREFILL = { name: "string", email: "string", contact: "string", vpa: "string", method: "string" };
  const THEME = { mode: "string", color: "string" };
  const MODAL = { escape: "boolean", backdropClose: "boolean", confirmClose: "boolean" };
  // Dialog's name, what is said while it loads, the close button's name.
  const WORDS = {
    en: ["Payment", "Loading the payment page", "Close"],
    hi: ["भुगतान", "भुगतान पेज खुल रहा है", "बंद करें"],
    ar: ["الدفع", "جارٍ تحميل صفحة الدفع", "إغلاق"],
  };
  // In a shadow root, so that the merchant's styles and these never meet; constructed, so that no CSP forbids them.
  const STYLES = `
    :host { all: initial !important; display: block !important; }
    dialog { position: fixed; inset: 0; display: grid; place-items: center; width: 100%; height: 100%; max-width: none;
      max-height: none; margin: 0; padding: 0; border: 0; overflow: hidden; background: none; z-index: 2147483647; }
    dialog::backdrop { background: rgb(9 12 18 / 60%); }
    .panel { position: relative; width: 100%; height: 620px; overflow: hidden; --paper: #fff; --ink: #575f6e; color: var(--ink); }
    dialog .panel { width: 420px; height: min(680px, 100dvh - 32px); border-radius: 14px; background: var(--paper); }
    .dark { --paper: #161920; --ink: #a2a9b7; }
    @media (prefers-color-scheme: dark) { .auto { --paper: #161920; --ink: #a2a9b7; } }
    @media (width < 480px) { dialog .panel { width: 100%; height: 100dvh; border-radius: 0; } }
    iframe { display: block; width: 100%; height: 100%; border: 0; opacity: 0; }
    .shown iframe, .refused iframe { opacity: 1; }
    .wait { position: absolute; inset: 0; display: grid; place-items: center; }
    .shown .wait, .refused .wait :not(button) { display: none; }
    .spinner { width: 28px; height: 28px; border: 3px solid; border-inline-start-color: #8884; border-radius: 50%; }
    .said { position: absolute; clip-path: inset(50%); }
    button { position: absolute; top: 8px; inset-inline-end: 8px; width: 44px; height: 44px; border: 0; border-radius: 8px;
      background: none; color: inherit; font: 24px system-ui; cursor: pointer; }
    @keyframes turn { to { rotate: 1turn; } }
    @keyframes rise { from { opacity: 0; translate: 0 12px; } }
    @media (prefers-reduced-motion: no-preference) {
      dialog .panel { animation: rise 0.18s ease-out; }
      .spinner { animation: turn 0.8s linear infinite; }
    }`;

  const script = typeof document === "object" ? document.currentScript : null;
  // Paygate's own origin, where the page in the iframe lives.
  let home = script?.src && new URL(script.src).origin;

  function check(right, what) {
    if (!right) throw new TypeError(`PaymentGateway: ${what}`);
  }

  function checkShape(given, types, where) {
    check(given && typeof given === "object", `${where} must be an object`);
    for (const [name, value] of Object.entries(given)) {
      const type = Object.hasOwn(types, name) && types[name];
      check(type, `${where} has no "${name}"; known are ${Object.keys(types).join(", ")}`);
      check(value == null || type.includes(typeof value), `"${name}" of ${where} must be of type ${type}`);
    }
  }

  /** What is said: an option that is undefined or null is as if it were not there. */
  function said(options) {
    return options && Object.fromEntries(Object.entries(options).filter(([, value]) => value != null));
  }

  /** The options with their defaults; throws a TypeError that says which one is wrong. */
  function readOptions(given) {
    checkShape(given, OPTIONS, "options");
    for (const name of ["key", "orderId"]) check(given[name]?.trim(), `the option "${name}" is required`);
    const prefill = { ...said(given.prefill) };
    const modal = { escape: true, backdropClose: false, confirmClose: true, ...said(given.modal) };
    const theme = { mode: "auto", ...(typeof given.theme === "string" ? { mode: given.theme } : said(given.theme)) };
    checkShape(prefill, PREFILL, "prefill");
    check(/^(upi|card)$/.test(prefill.method ?? "upi"), '"method" of prefill must be "upi" or "card"');
    checkShape(modal, MODAL, "modal");
    checkShape(theme, THEME, "theme");
    check(/^(auto|light|dark)$/.test(theme.mode), '"mode" of theme must be "auto", "light" or "dark"');
    check(/^#[\da-f]{6}$/i.test(theme.color ?? "#000000"), '"color" of theme must look like #1d59c8');
    return { ...given, prefill, modal, theme, locale: readLocale(given.locale) };
  }

  function readLocale(given) {
    try {
      return Intl.getCanonicalLocales(given || document.documentElement.lang || navigator.language)[0];
    } catch {
      return check(!given, '"locale" must be a language tag such as "en" or "hi-IN"') ?? "en";
    }
  }

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // A count, for several checkouts can be open. The scrollbar's gutter stays: nothing shifts.
  const lock = {
    count: 0,
    on() {
      if (this.count++) return;
      const { style, clientWidth } = document.documentElement;
      this.before = [style.overflow, style.scrollbarGutter];
      if (innerWidth > clientWidth) style.scrollbarGutter = "stable";
      style.overflow = "hidden";
    },
    off() {
      if (--this.count) return;
      const { style } = document.documentElement;
      [style.overflow, style.scrollbarGutter] = this.before;
    },
  };

  /** What one open() puts on the page: the iframe, in a modal dialog or in the container; `end` takes all of it away. */
  class Frame {
    #host = document.createElement("paygate-checkout");
    #before = document.activeElement;

    constructor({ theme, locale }, container, source, ask) {
      const [name, loading, close] = WORDS[locale.split("-")[0]] ?? WORDS.en;
      const said = element("span", { className: "said", role: "status", textContent: loading });
      const spinner = element("div", { className: "spinner" });
      this.iframe = element("iframe", { title: name, src: source, allow: "payment", referrerPolicy: "origin" });
      this.iframe.sandbox =
        "allow-scripts allow-same-origin allow-forms allow-popups allow-top-navigation-by-user-activation";
      const wait = element("div", { className: "wait" }, spinner, said);
      if (!container) wait.append(element("button", { textContent: "×", ariaLabel: close, autofocus: true, onclick: ask }));
      this.panel = element("div", { className: `panel ${theme.mode}` }, this.iframe, wait);
      const root = this.#host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      root.adoptedStyleSheets = [sheet];
      if (container) {
        root.append(this.panel);
        container.append(this.#host);
      } else {
        // A native modal dialog: above everything, the rest of the page inert, also when a dialog of the merchant is open.
        this.dialog = element("dialog", { ariaLabel: name, ariaModal: "true" }, this.panel);
        this.dialog.setAttribute("role", "dialog");
        root.append(this.dialog);
        (document.body ?? document.documentElement).append(this.#host);
        lock.on();
        this.dialog.showModal();
      }
    }

    show() {
      if (this.panel.classList.contains("shown")) return;
      this.panel.classList.add("shown");
      if (this.dialog) this.iframe.focus();
    }

    end() {
      this.dialog?.close();
      this.#host.remove();
      if (!this.dialog) return;
      lock.off();
      this.#before?.focus?.({ preventScroll: true });
    }
  }

  class PaymentGateway {
    #options;
    #listeners = new Map(EVENTS.map((event) => [event, new Set()]));
    /** What belongs to the present open(); null while closed. */
    #session = null;

    constructor(options) {
      this.#options = readOptions(options);
      for (const [name, event] of Object.entries(CALLBACKS)) {
        if (options[name]) this.on(event, options[name].bind(options));
      }
    }

    /** Calls `listener` at each `event`; returns the function that ends that. */
    on(event, listener) {
      check(EVENTS.includes(event), `unknown event "${event}"; known are ${EVENTS.join(", ")}`);
      check(typeof listener === "function", `the listener of "${event}" must be a function`);
      this.#listeners.get(event).add(listener);
      return () => this.#listeners.get(event).delete(listener);
    }

    /** Opens the checkout; does nothing while it is open. */
    open() {
      if (this.#session) return;
      check(/^http/.test(location.origin), "the page must be served over HTTPS (or HTTP on your own machine)");
      check(home, "load checkout.js by its address at your Paygate: it opens the payment page from there");
      const { key, orderId, locale } = this.#options;
      const container = this.#container();
      const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
      const query = new URLSearchParams({ key, order_id: orderId, origin: location.origin, locale });
      const source = `${home}/api/v1/checkout/page?${query}#${nonce}`;
      const frame = new Frame(this.#options, container, source, () => this.#ask());
      const timer = setTimeout(() => this.#failToLoad(), LOAD_TIMEOUT_MS);
      this.#session = { nonce, frame, timer, sent: 0, received: 0, stop: new AbortController() };
      addEventListener("message", (event) => this.#receive(event), { signal: this.#session.stop.signal });
      if (frame.dialog) this.#listenToDialog(this.#session);
    }

    /** Closes at once, without asking the shopper. */
    close() {
      if (!this.#session) return;
      if (!this.#session.ready) return this.#end();
      this.#session.timer ??= setTimeout(() => this.#end(), CLOSE_TIMEOUT_MS);
      this.#send("close-request", { force: true });
    }

    #container() {
      const { container } = this.#options;
      if (container == null) return null;
      const found = typeof container === "string" ? document.querySelector(container) : container;
      check(found instanceof Element, `no element "${container}" for the option "container"`);
      return found;
    }

    #listenToDialog({ frame, stop: { signal } }) {
      const { escape, backdropClose } = this.#options.modal;
      const onEscape = (event) => {
        event.preventDefault();
        if (escape) this.#ask();
      };
      frame.dialog.addEventListener("keydown", (event) => event.key === "Escape" && onEscape(event), { signal });
      frame.dialog.addEventListener("cancel", onEscape, { signal });
      // Browsers let a dialog refuse to be cancelled (Android's back gesture) only so often.
      frame.dialog.addEventListener("close", () => this.#end(), { signal });
      frame.dialog.addEventListener("click", (event) => backdropClose && event.target === frame.dialog && this.#ask(), { signal });
    }

    /** The shopper wants to close: the page, which knows whether a payment is under way, decides. */
    #ask() {
      if (!this.#session?.ready) return this.#end();
      this.#session.frame.iframe.focus();
      this.#send("close-request", { force: false });
    }

    #send(type, fields) {
      const { frame, nonce } = this.#session;
      frame.iframe.contentWindow.postMessage({ ...fields, paygate: PROTOCOL, nonce, seq: ++this.#session.sent, type }, home);
    }

    /** Takes a message of the page only; whatever else arrives on this window is not for the checkout. */
    #receive({ data, origin, source }) {
      const session = this.#session;
      if (origin !== home || source !== session.frame.iframe.contentWindow) return;
      if (data?.paygate !== PROTOCOL || data.nonce !== session.nonce || !(data.seq > session.received)) return;
      session.received = data.seq;
      if (!Object.hasOwn(this.#does, data.type)) return;
      if (session.ready || /^(ready|refused)$/.test(data.type)) this.#does[data.type](session, data);
    }

    #does = {
      // Paygate serves no checkout, and its page there says why.
      refused: (session, { error }) => {
        clearTimeout(session.timer);
        session.frame.panel.classList.add("refused");
        this.#fail(session, error);
      },
      ready: (session) => {
        if (session.ready) return;
        session.ready = true;
        clearTimeout(session.timer);
        session.timer = null;
        const { prefill, theme, locale, modal } = this.#options;
        this.#send("init", { prefill, theme, locale, modal: session.frame.dialog ? modal : null });
        this.#tell("ready");
      },
      resize: ({ frame }, { height }) => {
        frame.show();
        if (!frame.dialog && height > 0) frame.panel.style.height = `${Math.min(Math.ceil(height), 4000)}px`;
      },
      pending: (session, { paymentId, orderId }) => {
        session.failure = null;
        this.#tell("payment.pending", { paymentId, orderId });
      },
      success: (session, { paymentId, orderId, signature }) => {
        if (orderId === this.#options.orderId) this.#end({ paymentId, orderId, signature });
      },
      failure: (session, { error, fatal }) => {
        if (fatal) this.#fail(session, error);
        else {
          session.failure = error;
          this.#tell("payment.failed", error);
        }
      },
      close: () => this.#end(),
    };

    #failToLoad() {
      this.#session.failure = { code: "LOAD_FAILED", description: "The payment page did not load." };
      this.#end();
    }

    #fail(session, error) {
      if (session.settled) return;
      session.settled = true;
      this.#tell("failure", error);
    }

    /** Takes the checkout off the page, then tells how it ended: success or failure or neither, and "close" last. */
    #end(response) {
      const session = this.#session;
      if (!session) return;
      this.#session = null;
      session.stop.abort();
      clearTimeout(session.timer);
      session.frame.end();
      if (response && !session.settled) this.#tell("success", response);
      else if (session.failure) this.#fail(session, session.failure);
      this.#tell("close");
    }

    #tell(event, ...details) {
      for (const listener of [...this.#listeners.get(event)]) {
        try {
          listener(...details);
        } catch (error) {
          // The merchant's own mistake shows in the console, and the callbacks after it still come.
          setTimeout(() => {
            throw error;
          });
        }
      }
    }
  }

  /** The checkout of a button with data-paygate- attributes; its events also reach the page as "paygate:<event>". */
  function openFrom(button) {
    const { paygateKey: key, paygateOrder: orderId, paygateLocale: locale, paygateTheme: theme } = button.dataset;
    const { paygateName: name, paygateVpa: vpa, paygateSuccessUrl, paygateFailureUrl } = button.dataset;
    let next;
    const go = (address, details) => {
      if (!address) return;
      next = new URL(address, location.href);
      check(/^https?:$/.test(next.protocol), "the address to go to must be an http(s) one");
      for (const [field, value] of Object.entries(details)) if (value) next.searchParams.set(field, value);
    };
    const checkout = new PaymentGateway({
      ...{ key, orderId, locale, theme, prefill: { name, vpa } },
      onSuccess: ({ paymentId, signature }) =>
        go(paygateSuccessUrl, { payment_id: paymentId, order_id: orderId, signature }),
      onFailure: ({ code, reason, paymentId }) =>
        go(paygateFailureUrl, { error: reason ?? code, order_id: orderId, payment_id: paymentId }),
      onClose: () => next && location.assign(next),
    });
    for (const event of EVENTS) {
      checkout.on(event, (detail) => button.dispatchEvent(new CustomEvent(`paygate:${event}`, { bubbles: true, detail })));
    }
    checkout.open();
  }

  if (script) {
    globalThis.PaymentGateway = PaymentGateway;
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element && target.closest("[data-paygate-order]");
      if (button && !button.disabled) openFrom(button);
    });
  } else {
    // For checkout.mjs, which knows the address that this file came from.
    globalThis[Symbol.for("paygate.checkout")] = (address) => {
      home = new URL(address).origin;
      return PaymentGateway;
    };
  }
})();
