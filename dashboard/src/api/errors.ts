/** What goes wrong between the dashboard and the API, in one type. */

import { z } from "../lib/zod";

export const UNREACHABLE = "UNREACHABLE";
export const UNEXPECTED_REPLY = "UNEXPECTED_REPLY";
export const CSRF_TOKEN_INVALID = "CSRF_TOKEN_INVALID";
/** The first request with the key is under way yet: its effect may come. */
const IDEMPOTENCY_KEY_IN_USE = "IDEMPOTENCY_KEY_IN_USE";
/** Refusals for now: a proxy gave up waiting, or too much was asked at once. */
const RETRYABLE: readonly number[] = [408, 429];

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    description: z.string(),
    field: z.string().nullish(),
    reason: z.string().nullish(),
    request_id: z.string().nullish(),
  }),
});

interface ApiErrorDetails {
  /** HTTP status; 0 when there was no answer. */
  status: number;
  code: string;
  field?: string | null | undefined;
  reason?: string | null | undefined;
  requestId?: string | null | undefined;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly reason: string | null;
  readonly requestId: string | null;

  /** `description` is the API's own sentence, fit to be shown. */
  constructor(description: string, details: ApiErrorDetails) {
    super(description);
    this.status = details.status;
    this.code = details.code;
    this.field = details.field ?? null;
    this.reason = details.reason ?? null;
    this.requestId = details.requestId ?? null;
  }

  /** Whether the API has judged the request: the same one again would be answered the same. */
  get definite(): boolean {
    const judged = this.status >= 400 && this.status < 500 && !RETRYABLE.includes(this.status);
    return judged && this.reason !== IDEMPOTENCY_KEY_IN_USE;
  }
}

export function errorFrom(body: unknown, response: Response): ApiError {
  const requestId = response.headers.get("X-Request-Id");
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) {
    const details = { status: response.status, code: UNEXPECTED_REPLY, requestId };
    return new ApiError(`The API answered with status ${response.status}.`, details);
  }
  const { code, description, field, reason, request_id } = parsed.data.error;
  return new ApiError(description, {
    status: response.status,
    code,
    field,
    reason,
    requestId: request_id ?? requestId,
  });
}

/** Anything that was thrown, as words for the reader. */
export function describeError(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong in the dashboard.";
}
