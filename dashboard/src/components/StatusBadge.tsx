import { toWords } from "../lib/format";
import styles from "./StatusBadge.module.css";

type Tone = "good" | "bad" | "notice" | "busy" | "plain";

const TONES: Readonly<Record<string, Tone>> = {
  success: "good",
  captured: "good",
  processed: "good",
  delivered: "good",
  paid: "good",
  enabled: "good",
  completed: "good",
  running: "good",
  done: "good",
  healthy: "good",
  active: "good",
  failed: "bad",
  exhausted: "bad",
  failing: "bad",
  stopped: "bad",
  unhealthy: "bad",
  revoked: "bad",
  authorized: "notice",
  held: "notice",
  ending: "notice",
  pending: "busy",
  processing: "busy",
  in_progress: "busy",
};

interface StatusBadgeProps {
  /** A status word of the API; each has its tone. */
  status: string;
  /** Words to show in its place. */
  label?: string;
  tone?: Tone;
}

/** A status in words, with a shape before it: colour is never the only sign. */
export function StatusBadge({ status, label, tone }: StatusBadgeProps) {
  return (
    <span className={styles.badge} data-tone={tone ?? TONES[status] ?? "plain"}>
      {label ?? toWords(status)}
    </span>
  );
}
