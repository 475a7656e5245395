import { Link } from "react-router";
import { CopyButton } from "./CopyButton";
import styles from "./Id.module.css";

interface IdProps {
  value: string;
  /** What it is the id of, for the copy button: "payment id". */
  what: string;
  /** The page about it. */
  to?: string;
}

export function Id({ value, what, to }: IdProps) {
  return (
    <span className={styles.id}>
      {to ? (
        <Link to={to} className="code">
          {value}
        </Link>
      ) : (
        <span className="code">{value}</span>
      )}
      <CopyButton value={value} what={what} />
    </span>
  );
}
