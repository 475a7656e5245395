import { expect, it } from "vitest";
import { actionOf } from "./shortcuts";

it.each([
  ["?", false, { do: "help" }],
  ["/", false, { do: "search" }],
  ["j", false, { do: "next-row" }],
  ["k", false, { do: "previous-row" }],
  ["g", false, { do: "go-to" }],
  ["p", false, null],
  ["h", true, { do: "open", path: "/" }],
  ["p", true, { do: "open", path: "/payments" }],
  ["d", true, { do: "open", path: "/developers" }],
  ["j", true, null],
  ["toString", false, null],
])("%s (after g: %s)", (key, afterG, action) => expect(actionOf(key, afterG)).toEqual(action));
