// Calls of Paygate's public API, and how to wait between them.

const CALL_TIMEOUT_MS = 15_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 3_000;
const RETRY_FACTOR = 1.6;

/** Paygate's refusal: its code, description, reason and field as https://<your Paygate>/docs tells them. */
export class ApiError extends Error {
  constructor(status, error, retryAfter) {
    super(error.description);
    this.status = status;
    this.code = error.code;
    this.reason = error.reason;
    this.field = error.field;
    this.retryAfterMs = retryAfter;
  }

  /** Whether the same request may well be answered later. */
  get passing() {
    return this.status >= 500 || this.status === 429 || this.reason === "IDEMPOTENCY_KEY_IN_USE";
  }
}

/** No answer came, or none that is Paygate's: whether the request had its effect is unknown. */
export class NoAnswer extends Error {}

/** The answer's JSON; throws ApiError for a refusal, NoAnswer when none came, AbortError when `signal` says stop. */
export async function call(path, { body, headers = {}, signal, method = "GET" } = {}) {
  const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
  const request = { method, headers, cache: "no-store", credentials: "omit", signal: either(signal, timeout) };
  if (body) Object.assign(request, { body: JSON.stringify(body), headers: { ...headers, "Content-Type": "application/json" } });
  let response;
  let answer;
  try {
    response = await fetch(`/api/v1/checkout/${path}`, request);
    answer = await response.json();
  } catch {
    signal?.throwIfAborted();
    throw new NoAnswer();
  }
  if (response.ok) return answer;
  if (!answer?.error) throw new NoAnswer();
  throw new ApiError(response.status, answer.error, Number(response.headers.get("Retry-After")) * 1000 || 0);
}

// AbortSignal.any is younger than the browsers that this page serves.
function either(signal, timeout) {
  if (!signal) return timeout;
  const both = new AbortController();
  for (const one of [signal, timeout]) one.addEventListener("abort", () => both.abort(), { signal: both.signal });
  if (signal.aborted) both.abort();
  return both.signal;
}

/** Waits between tries: 0.5 s, then longer up to 3 s, or as long as Paygate asks for. */
export class Backoff {
  #next = RETRY_FIRST_MS;

  async wait(signal, atLeast = 0) {
    const milliseconds = Math.max(this.#next, atLeast);
    this.#next = Math.min(this.#next * RETRY_FACTOR, RETRY_MAX_MS);
    await sleep(milliseconds, signal, atLeast === 0);
  }
}

/** Ends early when the connection is back or the shopper looks at the page again, say from the UPI app, if `wakeable`. */
function sleep(milliseconds, signal, wakeable) {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const end = (how) => {
      ended.abort();
      clearTimeout(timer);
      how();
    };
    const timer = setTimeout(end, milliseconds, resolve);
    const listen = (target, type, act) => target.addEventListener(type, act, { signal: ended.signal });
    if (signal?.aborted) end(() => reject(signal.reason));
    if (signal) listen(signal, "abort", () => end(() => reject(signal.reason)));
    if (!wakeable) return;
    listen(window, "online", () => end(resolve));
    listen(document, "visibilitychange", () => !document.hidden && end(resolve));
  });
}
