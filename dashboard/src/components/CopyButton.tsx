import { useEffect, useState } from "react";
import styles from "./CopyButton.module.css";
import { Icon } from "./Icon";

interface CopyButtonProps {
  value: string;
  /** What is copied, as in "Copy payment id". */
  what: string;
}

const SHOWN_MS = 1_500;
const FAILED_MS = 6_000;
const FAILED = "Not copied: the browser does not allow it here";
const SELECTED = "Not copied, but selected: press Ctrl+C or ⌘C";

export function CopyButton({ value, what }: CopyButtonProps) {
  const [state, setState] = useState<"ready" | "copied" | typeof FAILED | typeof SELECTED>("ready");
  const failed = state === FAILED || state === SELECTED;
  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), failed ? FAILED_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state, failed]);

  async function copy(button: HTMLElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
    } catch {
      // Plain http has no clipboard.
      setState(select(value, button) ? SELECTED : FAILED);
    }
  }

  return (
    <>
      <button
        type="button"
        className={styles.button}
        aria-label={`Copy ${what}`}
        title={failed ? state : `Copy ${what}`}
        data-failed={failed || undefined}
        onClick={(event) => {
          event.stopPropagation();
          void copy(event.currentTarget);
        }}
      >
        <Icon name={failed ? "warning" : state === "copied" ? "check" : "copy"} size={14} />
      </button>
      <span role="status" className="said">
        {state === "copied" && "Copied"}
        {failed && state}
      </span>
    </>
  );
}

/** Selects `value` where it is shown beside the button; whether it is. */
function select(value: string, button: HTMLElement): boolean {
  const around = button.parentElement?.parentElement?.querySelectorAll("*") ?? [];
  const shown = [...around].find((element) => element.textContent === value);
  if (shown) window.getSelection()?.selectAllChildren(shown);
  return shown !== undefined;
}
