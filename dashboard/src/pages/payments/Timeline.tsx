import { Link } from "react-router";
import type { TimelineEntry } from "../../api/payments";
import { DateTime } from "../../components/DateTime";
import { toWords } from "../../lib/format";
import styles from "./Timeline.module.css";

const TONES: Readonly<Record<string, string>> = {
  "payment.success": "good",
  "payment.captured": "good",
  "refund.processed": "good",
  "payment.failed": "bad",
  "refund.failed": "bad",
};

/** A payment's events, the latest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <ol className={styles.timeline} aria-label="Events, the latest first">
      {entries.toReversed().map((entry) => (
        <li key={entry.id} className={styles.entry} data-tone={TONES[entry.type]}>
          <Link to={`/events/${entry.id}`} className={styles.name}>
            {toWords(entry.type)}
          </Link>
          <span className={styles.time}>
            <DateTime value={entry.created_at} exact />
          </span>
        </li>
      ))}
    </ol>
  );
}
