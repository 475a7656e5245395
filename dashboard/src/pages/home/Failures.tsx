import type { Summary } from "../../api/summary";
import { Card } from "../../components/Card";
import { EmptyState } from "../../components/States";
import { formatCount, toWords } from "../../lib/format";
import styles from "./HomePage.module.css";

const SHOWN = 6;

/** Why payments failed, the most frequent reason first. */
export function Failures({ failures }: Pick<Summary, "failures">) {
  const most = failures.toSorted((a, b) => b.count - a.count).slice(0, SHOWN);
  const highest = most[0]?.count ?? 1;
  return (
    <Card title="Failure reasons">
      {most.length === 0 ? (
        <EmptyState title="No payment failed." />
      ) : (
        <ul className={styles.reasons}>
          {most.map(({ reason, count }) => (
            <li key={reason} className={styles.reason}>
              <span>{toWords(reason)}</span>
              <span className="number">{formatCount(count)}</span>
              <span className={styles.share} aria-hidden="true">
                <span style={{ width: `${(count / highest) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
