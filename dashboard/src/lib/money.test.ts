import { describe, expect, it } from "vitest";
import { formatMoney, minorDigits, parseAmount, toDecimal } from "./money";

describe("minorDigits", () => {
  it.each([
    ["INR", 2],
    ["JPY", 0],
    ["BHD", 3],
    ["UYW", 4],
    // CLDR says 0 for both of these, ISO 4217 does not.
    ["IQD", 3],
    ["RSD", 2],
  ])("%s has %i", (currency, digits) => expect(minorDigits(currency)).toBe(digits));
});

describe("toDecimal", () => {
  it.each([
    [0, "INR", "0.00"],
    [5, "INR", "0.05"],
    [50_000, "INR", "500.00"],
    [-5, "USD", "-0.05"],
    [1_234, "JPY", "1234"],
    [-7, "JPY", "-7"],
    [1, "BHD", "0.001"],
    [1_234_567, "BHD", "1234.567"],
    [Number.MAX_SAFE_INTEGER, "INR", "90071992547409.91"],
  ])("%i of %s is %s", (minor, currency, text) => expect(toDecimal(minor, currency)).toBe(text));
});

describe("formatMoney", () => {
  it.each([
    [10_000_000, "INR", "en", "₹1,00,000.00"],
    [123_450, "USD", "en-US", "$1,234.50"],
    [1_234, "JPY", "en-US", "¥1,234"],
    [1_234_567, "BHD", "en-US", "BHD\u00a01,234.567"],
    [1_500, "IQD", "en-US", "IQD\u00a01.500"],
    [-123_450, "EUR", "de-DE", "-1.234,50\u00a0€"],
    // As a floating-point number this would end in .90 or .92.
    [Number.MAX_SAFE_INTEGER, "USD", "en-US", "$90,071,992,547,409.91"],
  ])("%i of %s in %s is %s", (minor, currency, locale, text) => {
    expect(formatMoney(minor, currency, locale)).toBe(text);
  });

  it("shortens large amounts for charts", () => {
    expect(formatMoney(123_456_700, "USD", "en-US", true)).toBe("$1.2M");
  });
});

describe("parseAmount", () => {
  it.each([
    ["500", "INR", 50_000],
    ["500.5", "INR", 50_050],
    [" 0.07 ", "INR", 7],
    ["1,234.50", "USD", 123_450],
    ["1,00,000", "INR", 10_000_000],
    ["12.", "USD", 1_200],
    ["1234", "JPY", 1_234],
    ["1.234", "BHD", 1_234],
    // 1.005 * 100 is 100.49999999999999.
    ["1.00", "USD", 100],
    ["4.35", "USD", 435],
    ["90071992547409.91", "INR", Number.MAX_SAFE_INTEGER],
    // With two decimals or none a comma before three digits can only group.
    ["1,500", "USD", 150_000],
    ["1,500", "JPY", 1_500],
    ["1,500.000", "TND", 1_500_000],
    ["1,234,500", "KWD", 1_234_500_000],
  ])("%j in %s is %i", (text, currency, minor) => expect(parseAmount(text, currency)).toEqual({ minor }));

  it.each([
    ["", "INR", "Enter an amount."],
    ["abc", "INR", "Enter digits only, such as 1250.00."],
    ["-5", "INR", "Enter digits only, such as 1250.00."],
    ["1e3", "INR", "Enter digits only, such as 1250.00."],
    ["1,50", "EUR", "Enter digits only, such as 1250.00."],
    [".5", "JPY", "Enter digits only, such as 1250."],
    ["1.005", "USD", "USD has at most 2 decimals."],
    ["1.5", "JPY", "JPY has no decimals."],
    ["1.2345", "BHD", "BHD has at most 3 decimals."],
    ["90071992547409.92", "INR", "The amount is too large."],
    ["1,500", "TND", "Write 1500 or 1.500: the comma could mean either."],
    ["1,500", "BHD", "Write 1500 or 1.500: the comma could mean either."],
    [" 12,005 ", "KWD", "Write 12005 or 12.005: the comma could mean either."],
  ])("%j in %s is refused", (text, currency, problem) => expect(parseAmount(text, currency)).toEqual({ problem }));

  it("reads back what toDecimal writes", () => {
    for (const currency of ["INR", "JPY", "BHD", "CLF"]) {
      for (const minor of [0, 1, 99, 100, 101, 12_345_678]) {
        expect(parseAmount(toDecimal(minor, currency), currency)).toEqual({ minor });
      }
    }
  });
});
