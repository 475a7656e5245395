/** Who is logged in. */

import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";

export const sessionModel = mirrors<Wire["Session"]>()(
  z.object({
    user: z.object({ id: z.string(), email: z.string(), role: z.enum(["merchant", "operator"]) }),
    merchant: z.object({ id: z.string(), name: z.string() }),
    csrf_token: z.string(),
    expires_at: z.string(),
    test_mode: z.boolean(),
  }),
);

export type Session = z.infer<typeof sessionModel>;

export function getSession(signal?: AbortSignal): Promise<Session> {
  return read(api.GET("/v1/auth/session", signal ? { signal } : {}), sessionModel);
}

export function logIn(email: string, password: string): Promise<Session> {
  return read(api.POST("/v1/auth/login", { body: { email, password } }), sessionModel);
}

export async function logOut(): Promise<void> {
  await read(api.POST("/v1/auth/logout"), z.unknown());
}
