// The merchant's wishes for the looks: light, dark or as the shopper's system has it, and the colour of the main button.

// Of pure black and pure white, one always has a contrast of 4.5 or more.
const DARK_INK = "#000000";
const LIGHT_INK = "#ffffff";

export function applyTheme({ mode = "auto", color } = {}) {
  const root = document.documentElement;
  root.dataset.theme = mode;
  if (!/^#[\da-f]{6}$/i.test(color ?? "")) return;
  root.style.setProperty("--color-action", color);
  root.style.setProperty("--color-on-action", readableOn(color));
}

/** The ink with the better contrast (WCAG 2, 1.4.3): no colour of a merchant makes the button unreadable. */
function readableOn(color) {
  const light = luminance(color);
  const onDark = (light + 0.05) / (luminance(DARK_INK) + 0.05);
  const onLight = (luminance(LIGHT_INK) + 0.05) / (light + 0.05);
  return onDark > onLight ? DARK_INK : LIGHT_INK;
}

function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
