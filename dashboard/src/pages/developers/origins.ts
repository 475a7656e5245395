/** The origins that may embed the checkout, as somebody types them: one a line. */

export const ORIGINS_MAX = 20;

/** Each once, as the API wants them; what they may look like is the API's to say. */
export function parseOrigins(text: string): { origins: string[] } | { problem: string } {
  const lines = text
    .split(/[\s,]+/)
    .map((line) => line.replace(/\/$/, ""))
    .filter(Boolean);
  const origins = [...new Set(lines)];
  if (origins.length > ORIGINS_MAX) {
    return { problem: `At most ${ORIGINS_MAX} origins may embed the checkout; these are ${origins.length}.` };
  }
  return { origins };
}
