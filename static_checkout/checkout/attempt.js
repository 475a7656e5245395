// One attempt to pay: made once, whatever is lost on the way, then watched until it has ended.

import { ApiError, Backoff, NoAnswer, call } from "./api.js";

const CREATE_LIMIT_MS = 60_000;
const WATCH_LIMIT_MS = 5 * 60_000;
const ENDED = ["success", "authorized", "failed"];

/** The time is over and the end is not known. */
export class GaveUp extends Error {}

export function succeeded(payment) {
  return payment.status === "success" || payment.status === "authorized";
}

/** Loads the order, with patience for a bad connection. Throws ApiError or GaveUp. */
export function loadOrder({ key, order_id: id }, { limitMs, signal, onTrouble }) {
  const path = `orders/${encodeURIComponent(id)}?key=${encodeURIComponent(key)}`;
  return persist(() => call(path, { signal }), { limitMs, signal, onTrouble });
}

export class Attempt {
  /** What Paygate knows the attempt by: the same one again is the same payment, never a second one. */
  #idempotencyKey = uuid();
  #body;

  constructor(body) {
    this.#body = body;
  }

  /** The payment that Paygate made of it. After GaveUp it may be called again. */
  async create({ signal, onTrouble }) {
    const headers = { "Idempotency-Key": this.#idempotencyKey };
    const send = () => call("payments", { method: "POST", body: this.#body, headers, signal });
    return persist(send, { limitMs: CREATE_LIMIT_MS, signal, onTrouble });
  }
}

/** Asks for the payment until it has ended; throws GaveUp after five minutes. Nothing is sent that could pay. */
export async function watch(id, key, { signal, onTrouble }) {
  const backoff = new Backoff();
  const deadline = Date.now() + WATCH_LIMIT_MS;
  for (;;) {
    await backoff.wait(signal);
    const payment = await look(id, key, { signal, limitMs: deadline - Date.now(), onTrouble });
    if (ENDED.includes(payment.status)) return payment;
    if (Date.now() > deadline) throw new GaveUp();
  }
}

/** The payment as it is now. */
export function look(id, key, { signal, limitMs = 0, onTrouble = () => {} }) {
  const path = `payments/${encodeURIComponent(id)}?key=${encodeURIComponent(key)}`;
  return persist(() => call(path, { signal }), { limitMs, signal, onTrouble });
}

/** Repeats `send` while there is no answer or a passing refusal. Time offline does not count: it goes on when back. */
async function persist(send, { limitMs, signal, onTrouble }) {
  const backoff = new Backoff();
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      const answer = await send();
      onTrouble(false);
      return answer;
    } catch (error) {
      const passing = error instanceof NoAnswer || (error instanceof ApiError && error.passing);
      if (!passing) throw error;
      if (navigator.onLine && Date.now() > deadline) throw error.status === 429 ? error : new GaveUp();
      onTrouble(true);
      await backoff.wait(signal, error.retryAfterMs);
    }
  }
}

// crypto.randomUUID is there in secure contexts only; a Paygate in a developer's own network may not be one.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
