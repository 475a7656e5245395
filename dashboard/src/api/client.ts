/** The API's client: same origin, the session's cookie, its CSRF token on writes. Types are generated from OpenAPI. */

import createClient, { type Middleware } from "openapi-fetch";
import type { z } from "../lib/zod";
import { ApiError, CSRF_TOKEN_INVALID, errorFrom, UNEXPECTED_REPLY, UNREACHABLE } from "./errors";
import type { components, paths } from "./schema";

export type Wire = components["schemas"];

type Reply<Data> = Promise<{ data?: Data; error?: unknown; response: Response }>;

const LOGIN = "/v1/auth/login";
interface SessionState {
  csrfToken: string | null;
  onEnd: (() => void) | null;
  onOldToken: (() => void) | null;
}

const session: SessionState = { csrfToken: null, onEnd: null, onOldToken: null };

const withSession: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && session.csrfToken) request.headers.set("X-CSRF-Token", session.csrfToken);
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== LOGIN) session.onEnd?.();
    return response;
  },
};

export const api = createClient<paths>({
  baseUrl: "/api",
  credentials: "same-origin",
  // Looked up with each call, so that tests can put theirs in its place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(withSession);

/** `token` goes with every write from now on. */
export function setCsrfToken(token: string | null): void {
  session.csrfToken = token;
}

/** Called whenever the API says that there is no session (any more). */
export function onSessionEnd(listener: () => void): void {
  session.onEnd = listener;
}

/** Called whenever the API refuses the CSRF token: somebody has logged in anew in another tab. */
export function onOldCsrfToken(listener: () => void): void {
  session.onOldToken = listener;
}

/** A reply's data, parsed by `schema`. Throws ApiError, also for a reply that is not as the dashboard needs it. */
export async function read<Schema extends z.ZodType>(reply: Reply<unknown>, schema: Schema): Promise<z.infer<Schema>> {
  const { data, error, response } = await answered(reply);
  if (!response.ok || error !== undefined) {
    const problem = errorFrom(error, response);
    if (problem.reason === CSRF_TOKEN_INVALID) session.onOldToken?.();
    throw problem;
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  const details = { status: response.status, code: UNEXPECTED_REPLY, requestId: response.headers.get("X-Request-Id") };
  throw new ApiError(`The API's reply is not understood here (${where || "its form"}); reload the page.`, details);
}

async function answered<Data>(reply: Reply<Data>): Reply<Data> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("The API cannot be reached; check your connection.", { status: 0, code: UNREACHABLE });
  }
}

/**
 * A schema that takes what the API sends: `mirrors<Wire["Payment"]>()(z.object({…}))` does not compile once a field
 * that the dashboard relies on is gone from OpenAPI or has another type there.
 */
export function mirrors<Sent>() {
  return <Schema extends z.ZodType>(schema: Sent extends z.input<Schema> ? Schema : never): Schema => schema;
}
