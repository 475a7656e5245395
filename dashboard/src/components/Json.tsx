import { CopyButton } from "./CopyButton";
import styles from "./Json.module.css";

interface JsonProps {
  /** Something to print as JSON, or a text to show as it is. */
  value: unknown;
  /** What it is, for screen readers and the copy button: "request body". */
  what: string;
}

export function Json({ value, what }: JsonProps) {
  const text = typeof value === "string" ? pretty(value) : JSON.stringify(value, null, 2);
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={styles.text} tabIndex={0} role="region" aria-label={what}>
        {text}
      </pre>
      <div className={styles.copy}>
        <CopyButton value={text} what={what} />
      </div>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
