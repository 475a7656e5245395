import type { Attempt } from "../../api/deliveries";
import { formatCount } from "../../lib/format";
import styles from "./AttemptLog.module.css";
import { phasesOf } from "./phases";

interface TimingsProps {
  timings: Attempt["timings"];
  /** Milliseconds from beginning to end. */
  total: number;
}

export function Timings({ timings, total }: TimingsProps) {
  return (
    <dl className={styles.timings}>
      {phasesOf(timings, total).map(({ name, ms, start, share }) => (
        <div key={name} className={styles.timing}>
          <dt>{name}</dt>
          <dd>
            <span className={styles.track} aria-hidden="true">
              {ms !== null && ms > 0 && (
                <span
                  className={styles.part}
                  style={{ marginInlineStart: `${start * 100}%`, width: `${share * 100}%` }}
                />
              )}
            </span>
            <Milliseconds ms={ms} />
          </dd>
        </div>
      ))}
      <div className={styles.timing}>
        <dt>Total</dt>
        <dd>
          <span />
          <Milliseconds ms={total} />
        </dd>
      </div>
    </dl>
  );
}

function Milliseconds({ ms }: { ms: number | null }) {
  return <span className={`${styles.value} number`}>{ms === null ? "–" : `${formatCount(ms)} ms`}</span>;
}
