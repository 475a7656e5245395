/** The keyboard: what a key means, and the listener that does it. */

import { useEffect } from "react";
import { useNavigate } from "react-router";
import { PLACES } from "./navigation";

export type KeyAction =
  | { do: "help" | "search" | "next-row" | "previous-row" | "go-to" }
  | { do: "open"; path: string };

const GO_MS = 1_500;
const TYPED_IN = "input, textarea, select, [contenteditable]";

/** What `key` asks for; `afterG` while a `g` waits for its second key. */
export function actionOf(key: string, afterG: boolean): KeyAction | null {
  if (afterG) {
    const place = PLACES.find((each) => each.key === key);
    return place ? { do: "open", path: place.path } : null;
  }
  const single = { "?": "help", "/": "search", j: "next-row", k: "previous-row", g: "go-to" } as const;
  return Object.hasOwn(single, key) ? { do: single[key as keyof typeof single] } : null;
}

export function useShortcuts(paths: readonly string[], openHelp: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goUntil = 0;
    function press(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(TYPED_IN)) {
        if (event.key === "Escape" && target instanceof HTMLElement) target.blur();
        return;
      }
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const action = actionOf(event.key, event.timeStamp < goUntil);
      goUntil = action?.do === "go-to" ? event.timeStamp + GO_MS : 0;
      if (!action || action.do === "go-to") return;
      event.preventDefault();
      if (action.do === "help") openHelp();
      else if (action.do === "search") focusOn(document.querySelector("[data-search]"));
      else if (action.do === "next-row") moveAlongRows(1);
      else if (action.do === "previous-row") moveAlongRows(-1);
      else if (action.do === "open" && paths.includes(action.path)) void navigate(action.path);
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, paths, openHelp]);
}

function moveAlongRows(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-row-link]")];
  const here = links.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  focusOn(links[next] ?? null);
}

function focusOn(element: HTMLElement | null): void {
  element?.focus();
}
