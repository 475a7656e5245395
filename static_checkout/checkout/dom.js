// Building blocks of the page. The CSP allows no markup with styles or handlers, and no text becomes markup here.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** An element: el("p", { class: "note", onclick }, "text", child…); null children are left out. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// Line drawings on a grid of 24.
const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  good: "M5 12.5l4.5 4.5L19 7.5",
  bad: "M12 7v6M12 16.5v.5",
  clock: "M12 7v5l3.5 2",
};

export function icon(name) {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round" };
  const path = svg("path", { d: ICONS[name], ...line, "stroke-linejoin": "round" });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

/** Writes a text only when it differs: live regions announce every write. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const FOCUSABLE = "a[href], button, input, summary, [tabindex='0']";

/** Keeps Tab inside the page: within its open dialog or, in a modal, the whole page. */
export function trapTab(event) {
  if (event.key !== "Tab") return;
  const root = document.querySelector("dialog[open]") ?? document.body;
  const stops = [...root.querySelectorAll(FOCUSABLE)].filter((stop) => isStop(stop));
  if (!stops.length) return;
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from && root.contains(document.activeElement)) return;
  event.preventDefault();
  to.focus();
}

// Of a group of radio buttons, only the chosen one is a stop.
function isStop(element) {
  if (element.disabled || element.tabIndex < 0 || !element.checkVisibility()) return false;
  return element.type !== "radio" || element.checked;
}
