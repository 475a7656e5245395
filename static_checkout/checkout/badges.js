// A small badge for each card network: its name on a colour, drawn here.

import { svg } from "./dom.js";

export const NETWORK_NAMES = {
  visa: "Visa",
  mastercard: "Mastercard",
  rupay: "RuPay",
  amex: "American Express",
  diners: "Diners Club",
  discover: "Discover",
  unionpay: "UnionPay",
};

const WORDS = {
  visa: ["VISA", "#1a3f8f"],
  mastercard: ["MC", "#a3330b"],
  rupay: ["RuPay", "#0b6b43"],
  amex: ["AMEX", "#0a5f99"],
  diners: ["Diners", "#3d4a5c"],
  discover: ["DISC", "#9a4a00"],
  unionpay: ["UPay", "#a01f38"],
};

/** The network's badge; for null, the outline of a card. */
export function networkBadge(network) {
  const frame = { class: "badge", viewBox: "0 0 42 28", "aria-hidden": "true" };
  if (!network) {
    const line = { fill: "none", stroke: "currentColor", "stroke-width": 1.5, opacity: 0.6 };
    return svg("svg", frame, svg("path", { d: "M5 6h32v17H5zM5 11.5h32", ...line }));
  }
  const [word, color] = WORDS[network];
  const text = { x: 21, y: 18, fill: "#fff", "font-size": 11, "font-weight": 700, "text-anchor": "middle" };
  return svg("svg", frame, svg("rect", { width: 42, height: 28, rx: 5, fill: color }), svg("text", text, word));
}
