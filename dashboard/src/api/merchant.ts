/** The merchant's own settings. */

import { queryOptions } from "@tanstack/react-query";
import { z } from "../lib/zod";
import { api, mirrors, read, type Wire } from "./client";

export const merchantModel = mirrors<Wire["MerchantSettings"]>()(
  z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    allowed_origins: z.array(z.string()),
    created_at: z.string(),
  }),
);
export type Merchant = z.infer<typeof merchantModel>;

const withSecretModel = mirrors<Wire["MerchantWithSecret"]>()(merchantModel.extend({ secret: z.string() }));

export const merchantKeys = { all: ["merchant"] as const };

export function merchantQuery() {
  return queryOptions({
    queryKey: merchantKeys.all,
    queryFn: ({ signal }) => read(api.GET("/v1/merchant", { signal }), merchantModel),
  });
}

export interface MerchantChange {
  name?: string;
  allowed_origins?: string[];
}

export function updateMerchant(changes: MerchantChange): Promise<Merchant> {
  return read(api.PATCH("/v1/merchant", { body: changes }), merchantModel);
}

export function rotateCheckoutSecret(idempotencyKey: string): Promise<Merchant & { secret: string }> {
  const params = { header: { "Idempotency-Key": idempotencyKey } };
  return read(api.POST("/v1/merchant/rotate-checkout-secret", { params, body: {} }), withSecretModel);
}
