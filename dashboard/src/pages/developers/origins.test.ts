import { expect, it } from "vitest";
import { ORIGINS_MAX, parseOrigins } from "./origins";

it.each([
  ["", []],
  ["https://shop.example", ["https://shop.example"]],
  ["https://shop.example/\n\n http://localhost:*  ", ["https://shop.example", "http://localhost:*"]],
  ["https://a.example, https://b.example\nhttps://a.example", ["https://a.example", "https://b.example"]],
])("reads %j", (text, origins) => expect(parseOrigins(text)).toEqual({ origins }));

it("takes no more than the API does", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, place) => `https://${place}.example`).join("\n");
  expect(parseOrigins(lines(ORIGINS_MAX))).toHaveProperty("origins");
  expect(parseOrigins(lines(ORIGINS_MAX + 1))).toEqual({
    problem: "At most 20 origins may embed the checkout; these are 21.",
  });
});
