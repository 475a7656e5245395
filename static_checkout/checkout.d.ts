/**
 * Types of Paygate's checkout. Add this file to your project, say as `types/paygate.d.ts`: it types the global of
 * `<script src="https://<your Paygate>/checkout.js">` and the module `https://<your Paygate>/checkout.mjs`, with a
 * default and a named export, under whatever host.
 *
 * ```ts
 * const checkout = new PaymentGateway({
 *   key: "key_…",
 *   orderId: "order_…",
 *   onSuccess: (response) => confirmOnYourServer(response),
 * });
 * checkout.open();
 * ```
 */
declare class PaymentGateway {
  /** Throws a TypeError that names what is wrong with the options; an unknown one is wrong, too. */
  constructor(options: PaymentGateway.Options);

  /**
   * Calls `listener` at each `event`, of every `open()`; returns the function that ends that. The callbacks among the
   * options are the first listeners of `success`, `failure` and `close`. An exception in a listener goes to the console,
   * and the others are still called.
   */
  on<Name extends PaymentGateway.EventName>(
    event: Name,
    listener: (...details: PaymentGateway.Events[Name]) => void,
  ): () => void;

  /**
   * Opens the checkout; does nothing while it is open. It may be opened again once it has closed. Throws a TypeError if
   * `container` is not on the page, or the page has no http(s) address.
   */
  open(): void;

  /**
   * Closes it without asking the shopper; does nothing while it is closed. `close` comes once it is off the page, within a
   * second. A payment that is under way goes on.
   */
  close(): void;
}

declare namespace PaymentGateway {
  /** `null` and `undefined` are the same as leaving an option out. */
  interface Options {
    /** The publishable key: your API key's id. It is no secret; the API key's secret never belongs on a page. */
    key: string;
    /** What is paid: the id of an order that your server has made (`POST /orders`). */
    orderId: string;
    /** At most once for each `open()`, and never after `onFailure`. The checkout is off the page by then. */
    onSuccess?: ((response: Success) => void) | null;
    /**
     * At most once for each `open()`, and never before or after `onSuccess`: at the close if the last attempt failed, or
     * at once if nothing can pay this order. A shopper who leaves without an attempt, or while one is under way, brings
     * neither.
     */
    onFailure?: ((error: Failure) => void) | null;
    /** Exactly once for each `open()`, after everything else, however it ended. */
    onClose?: (() => void) | null;
    /** What the shopper need not type or choose. */
    prefill?: Prefill | null;
    /** Light, dark, or (`auto`, the default) as the shopper's system has it; as an object with your colour. */
    theme?: ThemeMode | Theme | null;
    /**
     * A language tag such as `hi-IN`; by default that of your page (`<html lang>`), then that of the browser. Paygate has
     * `en`, `hi` and `ar`, and is English in every other language.
     */
    locale?: string | null;
    /**
     * The element, or its selector, that the checkout becomes a part of. Without it, a dialog opens above the page. There
     * it is as high as its content, has no way to close of its own, and ignores `modal`.
     */
    container?: string | Element | null;
    /** How the dialog may be closed. */
    modal?: Modal | null;
  }

  interface Prefill {
    /** The name on the card. */
    name?: string | null;
    /** Taken, and not used yet. */
    email?: string | null;
    /** Taken, and not used yet. */
    contact?: string | null;
    /** The UPI ID; it also chooses UPI by ID. */
    vpa?: string | null;
    /** What is shown first, if the order can be paid so. */
    method?: Method | null;
  }

  type Method = "upi" | "card";
  type ThemeMode = "auto" | "light" | "dark";

  interface Theme {
    mode?: ThemeMode;
    /** The main button's colour, as `#1d59c8`; its text becomes black or white, whichever reads better. */
    color?: string | null;
  }

  interface Modal {
    /** Whether Escape closes it. Default: true. */
    escape?: boolean;
    /** Whether a click beside it does. Default: false. */
    backdropClose?: boolean;
    /** Whether to ask before leaving a payment that is under way. Default: true. */
    confirmClose?: boolean;
  }

  /** Each event with what its listeners are told. In order: `ready`, attempts, `success` or `failure` or neither, `close`. */
  interface Events {
    /** The payment page has loaded. Once for each `open()`, if at all. */
    ready: [];
    /** A payment has been made and is under way: once for each attempt. */
    "payment.pending": [payment: Payment];
    /** An attempt failed, and the shopper may try again: any number of times. */
    "payment.failed": [error: Failure];
    /** As `onSuccess`. */
    success: [response: Success];
    /** As `onFailure`. */
    failure: [error: Failure];
    /** As `onClose`. */
    close: [];
  }

  type EventName = keyof Events;

  interface Payment {
    /** `pay_…` */
    paymentId: string;
    orderId: string;
  }

  /** The order is paid or, with manual capture, authorized. What follows from it, your server decides: see `signature`. */
  interface Success extends Payment {
    /**
     * The hex HMAC-SHA256 of `orderId|paymentId` under your checkout secret. Only your server can verify it; until it has,
     * this is only what a browser says. Missing as long as you have no checkout secret.
     */
    signature: string;
  }

  interface Failure {
    /** `PAYMENT_FAILED`: an attempt failed. `LOAD_FAILED`: the payment page or the order did not load. Others: the API's. */
    code: FailureCode;
    /** For the shopper: in the shopper's language once the page is there, else in English. */
    description: string;
    /** For your program; the shopper need not know that a card counts as stolen. Absent with `LOAD_FAILED`. */
    reason?: FailureReason;
    /** The payment that failed, with `PAYMENT_FAILED` only. */
    paymentId?: string;
  }

  type FailureCode =
    | "PAYMENT_FAILED"
    | "LOAD_FAILED"
    | "BAD_REQUEST_ERROR"
    | "AUTHENTICATION_ERROR"
    | "FORBIDDEN_ERROR"
    | "NOT_FOUND_ERROR"
    | "CONFLICT_ERROR"
    | "RATE_LIMIT_ERROR"
    | "SERVER_ERROR"
    | "UNAVAILABLE_ERROR";

  /** Why a payment failed. An acquirer may have reasons of its own. */
  type PaymentReason =
    | "payment_declined"
    | "card_declined"
    | "insufficient_funds"
    | "payment_timed_out"
    | "payment_cancelled"
    | "invalid_vpa"
    | "limit_exceeded"
    | "bank_unavailable"
    | "lost_card"
    | "stolen_card"
    | "expired_card"
    | "incorrect_cvv"
    | "card_velocity_exceeded"
    | "card_details_expired"
    | "order_already_paid"
    | "processing_error";

  /** Why there is nothing to pay, or no way to. */
  type OrderReason =
    | "ORDER_ALREADY_PAID"
    | "ORDER_ALREADY_AUTHORIZED"
    | "ORDER_EXPIRED"
    | "ORDER_NOT_FOUND"
    | "ORIGIN_NOT_ALLOWED"
    | "KEY_REFUSED"
    | "RATE_LIMITED";

  type FailureReason = PaymentReason | OrderReason | (string & {});
}

interface Window {
  /** There once checkout.js has loaded, for pages that load it themselves. */
  PaymentGateway: typeof PaymentGateway;
}

/** What a button with `data-paygate-order` tells the page; the events bubble up to the document. */
interface GlobalEventHandlersEventMap {
  "paygate:ready": CustomEvent<null>;
  "paygate:payment.pending": CustomEvent<PaymentGateway.Payment>;
  "paygate:payment.failed": CustomEvent<PaymentGateway.Failure>;
  "paygate:success": CustomEvent<PaymentGateway.Success>;
  "paygate:failure": CustomEvent<PaymentGateway.Failure>;
  "paygate:close": CustomEvent<null>;
}

declare module "*/checkout.mjs" {
  import Gateway = PaymentGateway;
  export { Gateway as PaymentGateway, Gateway as default };
}
