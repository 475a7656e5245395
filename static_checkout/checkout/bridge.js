// Messages between this page and the SDK on the merchant's page. Both sides take a message only from the exact window and
// origin, with the nonce that the SDK put into this page's address (after #, which no server sees), in rising order.

const PROTOCOL = 1;

export class Bridge {
  #origin;
  #nonce;
  #sent = 0;
  #received = 0;

  /** `handlers` has a function for each type of message that the SDK sends. */
  constructor(origin, nonce, handlers) {
    this.#origin = origin;
    this.#nonce = nonce;
    addEventListener("message", (event) => this.#receive(event, handlers));
  }

  send(type, fields = {}) {
    const message = { ...fields, paygate: PROTOCOL, nonce: this.#nonce, seq: ++this.#sent, type };
    window.parent.postMessage(message, this.#origin);
  }

  #receive({ data, origin, source }, handlers) {
    if (source !== window.parent || origin !== this.#origin) return;
    if (data?.paygate !== PROTOCOL || data.nonce !== this.#nonce || !(data.seq > this.#received)) return;
    this.#received = data.seq;
    if (Object.hasOwn(handlers, data.type)) handlers[data.type](data);
  }
}
