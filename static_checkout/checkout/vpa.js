// UPI addresses, by the rule of layers/core/python/paygate/domain/vpa.py.

const VPA = /^[a-z0-9._-]{2,256}@[a-z][a-z0-9]{1,63}$/i;

/** The key of the text that says what is wrong with a UPI ID, or null. */
export function vpaProblem(text) {
  if (!text) return "vpa_missing";
  return VPA.test(text) ? null : "vpa_invalid";
}
