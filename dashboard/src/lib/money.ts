/** Amounts come as integers in the currency's minor unit. They are shown and read without floating point. */

const DIGITS_DEFAULT = 2;
/** ISO 4217's minor units where they are not two. `Intl` follows CLDR, which drops those that shops no longer use. */
const DIGITS: Readonly<Record<string, number>> = {
  ...digitsOf(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...digitsOf(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...digitsOf(4, "CLF UYW"),
};
// Without a region, the currency's home decides how digits are grouped: ₹1,00,000 in English, too.
const HOMES: Readonly<Record<string, string>> = { INR: "IN" };
/** With fewer decimals than this, a comma before three digits can only group. */
const AMBIGUOUS_FROM = 3;
const PLAIN = /^\d+(\.\d*)?$/;
/** A comma that could group digits or, as in much of Europe and Africa, be the decimal point. */
const LONE_COMMA = /^(\d{1,3}),(\d{3})$/;
const GROUPED = /^\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$/;

export type ParsedAmount = { minor: number } | { problem: string };

export function minorDigits(currency: string): number {
  return DIGITS[currency] ?? DIGITS_DEFAULT;
}

/** "1234.50" for 123450 in a currency of two digits: exact, for files and form fields. */
export function toDecimal(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const sign = minor < 0 ? "-" : "";
  const text = Math.abs(minor)
    .toString()
    .padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The amount for a reader, such as ₹500.00; `compact` shortens large ones for charts. */
export function formatMoney(minor: number, currency: string, locale = navigator.language, compact = false): string {
  const digits = minorDigits(currency);
  const shape: Intl.NumberFormatOptions = compact
    ? { notation: "compact", maximumFractionDigits: 1 }
    : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = new Intl.NumberFormat(localeFor(currency, locale), { style: "currency", currency, ...shape });
  return format.format(toDecimal(minor, currency) as Intl.StringNumericLiteral);
}

/** What somebody typed, in minor units; commas may group the digits before a decimal point. */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "Enter an amount." };
  if (!PLAIN.test(trimmed) && !GROUPED.test(trimmed)) {
    return { problem: `Enter digits only, such as ${toDecimal(1_250 * 10 ** minorDigits(currency), currency)}.` };
  }
  const digits = minorDigits(currency);
  const [, before, after] = (digits >= AMBIGUOUS_FROM && LONE_COMMA.exec(trimmed)) || [];
  if (before && after)
    return { problem: `Write ${before}${after} or ${before}.${after}: the comma could mean either.` };
  const [whole = "", fraction = ""] = trimmed.replaceAll(",", "").split(".");
  if (fraction.length > digits) {
    const allowed = digits === 0 ? "no decimals" : `at most ${digits} decimals`;
    return { problem: `${currency} has ${allowed}.` };
  }
  const minor = Number(BigInt(whole + fraction.padEnd(digits, "0")));
  return Number.isSafeInteger(minor) ? { minor } : { problem: "The amount is too large." };
}

function localeFor(currency: string, locale: string): string {
  const given = new Intl.Locale(locale);
  const home = HOMES[currency];
  return given.region || !home ? given.toString() : new Intl.Locale(locale, { region: home }).toString();
}

function digitsOf(digits: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(" ").map((currency) => [currency, digits]));
}
