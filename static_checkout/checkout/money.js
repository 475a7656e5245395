// Amounts come in the currency's smallest unit; how many digits that unit has is the currency's matter (JPY 0, KWD 3).

// Without a region, the currency's home decides how digits are grouped: ₹1,00,000 in English, too.
const HOMES = { INR: "IN" };

/** The amount for a reader of `locale`, such as ₹500.00; the currency's code stands for a symbol that is unknown. */
export function formatAmount(minor, currency, locale) {
  const given = new Intl.Locale(locale);
  const region = given.region ?? HOMES[currency];
  const full = region ? new Intl.Locale(locale, { region }) : given;
  const format = new Intl.NumberFormat(full.toString(), { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}
