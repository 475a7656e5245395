import { afterEach, expect, it, vi } from "vitest";
import { SNIPPETS, type Values } from "./snippets";

const VALUES: Values = {
  origin: "https://pay.example",
  keyId: "key_1",
  orderId: "order_1",
  paymentId: "pay_1",
  amount: 50_000,
  currency: "INR",
  vpa: "success@paygate",
};

function written(id: string, values: Partial<Values> = {}): string {
  return SNIPPETS.find((snippet) => snippet.id === id)?.write({ ...VALUES, ...values }) ?? "";
}

afterEach(() => void vi.unstubAllEnvs());

it("puts the values into the checkout's script", () => {
  expect(written("script")).toContain('<script src="https://pay.example/checkout.js"></script>');
  expect(written("script")).toContain('key: "key_1",\n    orderId: "order_1",');
});

it("cannot be broken out of in a page", () => {
  const nasty = '</script><img src=x onerror="alert(1)">';
  expect(written("script", { orderId: nasty }).match(/<\/script>/g)).toHaveLength(2);
  expect(written("button", { orderId: nasty })).toContain('data-paygate-order="&lt;/script&gt;&lt;img');
  expect(written("module", { orderId: nasty })).not.toContain("<");
});

it("writes commands as they are run", () => {
  expect(written("payment")).toBe(
    [
      "curl -X POST 'https://pay.example/api/v1/payments' \\",
      "  -H 'X-Api-Key: key_1' \\",
      '  -H "X-Api-Secret: $PAYGATE_SECRET" \\',
      "  -H 'Content-Type: application/json' \\",
      '  -H "Idempotency-Key: $(uuidgen)" \\',
      `  -d '{"order_id":"order_1","method":"upi","vpa":"success@paygate"}'`,
    ].join("\n"),
  );
  expect(written("order")).toContain(`-d '{"amount":50000,"currency":"INR"}'`);
  expect(written("refund")).toContain("'https://pay.example/api/v1/payments/pay_1/refunds'");
});

it("keeps the shell from reading values", () => {
  expect(written("payment", { orderId: "a'; rm -rf $HOME" })).toContain(`"order_id":"a'\\''; rm -rf $HOME"`);
});

it("verifies webhooks in Node", async () => {
  const secret = new TextEncoder().encode("0123456789abcdef01234567");
  vi.stubEnv("WEBHOOK_SECRET", `whsec_${btoa(String.fromCharCode(...secret))}`);
  const file = "./verify.mjs";
  const { verified } = await import(/* @vite-ignore */ file);
  const signed = async (timestamp: number) => {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const text = new TextEncoder().encode(`evt_1.${timestamp}.{"event":"x"}`);
    const signature = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, text))));
    return {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(timestamp),
      "webhook-signature": `v1,other v1,${signature}`,
    };
  };
  const now = Math.floor(Date.now() / 1_000);
  expect(verified('{"event":"x"}', await signed(now))).toBe(true);
  expect(verified('{"event":"y"}', await signed(now))).toBe(false);
  expect(verified('{"event":"x"}', await signed(now - 301))).toBe(false);
  expect(verified('{"event":"x"}', {})).toBe(false);
});
