// Card networks, numbers, expiry and security codes: the browser's copy of layers/core/python/paygate/domain/cards.py,
// which has the last word. A test compares the two tables.

/** @type {Record<string, {lengths: number[], cvv: number}>} Lengths of a network's numbers, digits of its security code. */
export const NETWORKS = {
  visa: { lengths: [13, 16, 19], cvv: 3 },
  mastercard: { lengths: [16], cvv: 3 },
  rupay: { lengths: [16], cvv: 3 },
  amex: { lengths: [15], cvv: 4 },
  diners: { lengths: [14, 15, 16, 17, 18, 19], cvv: 3 },
  discover: { lengths: [16, 17, 18, 19], cvv: 3 },
  unionpay: { lengths: [16, 17, 18, 19], cvv: 3 },
};

/** @type {[string, string, string][]} First digits, from and to; the narrower range first where networks share a beginning. */
export const RANGES = [
  ["508500", "508999", "rupay"],
  ["606985", "607984", "rupay"],
  ["608001", "608500", "rupay"],
  ["652150", "653149", "rupay"],
  ["817200", "819899", "rupay"],
  ["82", "82", "rupay"],
  ["34", "34", "amex"],
  ["37", "37", "amex"],
  ["300", "305", "diners"],
  ["3095", "3095", "diners"],
  ["36", "36", "diners"],
  ["38", "39", "diners"],
  ["6011", "6011", "discover"],
  ["644", "649", "discover"],
  ["65", "65", "discover"],
  ["62", "62", "unionpay"],
  ["810", "817", "unionpay"],
  ["2221", "2720", "mastercard"],
  ["51", "55", "mastercard"],
  ["4", "4", "visa"],
];

export const NUMBER_LENGTH_MAX = 19;
const YEARS_AHEAD_MAX = 30;

// Where the spaces are on the card itself; other networks print groups of four.
const GROUPS = { amex: [4, 6, 5], diners: [4, 6, 4] };

/** The network's name, also while the number is still being typed; null as long as it is unknown. */
export function networkOf(digits) {
  const range = RANGES.find(([from, to]) => {
    const start = digits.slice(0, from.length);
    return start.length === from.length && from <= start && start <= to;
  });
  return range ? range[2] : null;
}

/** The longest number that fits what has been typed so far. */
export function longestNumber(digits) {
  const network = networkOf(digits);
  return network ? Math.max(...NETWORKS[network].lengths) : NUMBER_LENGTH_MAX;
}

export function cvvLength(digits) {
  const network = networkOf(digits);
  return network ? NETWORKS[network].cvv : null;
}

/** Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits) {
  let sum = 0;
  [...digits].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

export function isCardNumber(digits) {
  const network = networkOf(digits);
  return network !== null && NETWORKS[network].lengths.includes(digits.length) && passesLuhn(digits);
}

/** The digits in the groups of their card; a Diners number of 16 digits is printed like others of that length. */
export function groupDigits(digits) {
  const network = networkOf(digits);
  const groups = digits.length > 14 && network === "diners" ? null : GROUPS[network];
  if (!groups) return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
  const parts = [];
  let rest = digits;
  for (const size of groups) {
    if (rest) parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(" ");
}

/** Month and year of "12 / 28", "1228", "12/2028" or "2/28" (how browsers fill the field in differs); null for others. */
export function readExpiry(text) {
  const [, month, year] = text.match(/^\s*(\d{1,2}?)\s*[/.-]?\s*(\d{4}|\d{2})\s*$/) ?? [];
  if (!month) return null;
  return { month: Number(month), year: year.length === 2 ? 2000 + Number(year) : Number(year) };
}

/** What is wrong with the expiry as the key of a text, or null; a card is good until the last day of its month. */
export function expiryProblem(text, today = new Date()) {
  const expiry = readExpiry(text);
  if (!expiry || expiry.month < 1 || expiry.month > 12) return "expiry_invalid";
  if (expiry.year > today.getFullYear() + YEARS_AHEAD_MAX) return "expiry_invalid";
  const months = (expiry.year - today.getFullYear()) * 12 + expiry.month - 1 - today.getMonth();
  return months < 0 ? "expiry_past" : null;
}
