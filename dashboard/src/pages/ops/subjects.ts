/** What an id leads to, told by its first letters. */

const PAGES: readonly (readonly [prefix: string, path: string])[] = [
  ["pay_", "/payments/"],
  ["rfnd_", "/refunds/"],
  ["order_", "/orders/"],
  ["evt_", "/events/"],
  ["whd_", "/webhooks/deliveries/"],
];

/** The page about it; null where there is none. */
export function pageOf(id: string): string | null {
  const known = PAGES.find(([prefix]) => id.startsWith(prefix));
  return known ? known[1] + id : null;
}
