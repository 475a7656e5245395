import type { ReactNode } from "react";
import styles from "./KeyValue.module.css";

interface KeyValueProps {
  /** Name and value; a value of null leaves the row out. */
  items: readonly (readonly [name: string, value: ReactNode])[];
}

/** Facts about one object. */
export function KeyValue({ items }: KeyValueProps) {
  return (
    <dl className={styles.list}>
      {items
        .filter(([, value]) => value !== null && value !== undefined && value !== false)
        .map(([name, value]) => (
          <div key={name} className={styles.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
