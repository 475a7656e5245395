import { type ReactNode, useId } from "react";
import { classes } from "../lib/classes";
import styles from "./Card.module.css";

interface CardProps {
  title: string;
  /** At the title's end: a link, a button, a count. */
  actions?: ReactNode;
  /** The content goes to the edges: tables and lists. */
  flush?: boolean;
  children: ReactNode;
}

/** A titled part of a page. */
export function Card({ title, actions, flush = false, children }: CardProps) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      <div className={classes(styles.body, flush && styles.flush)}>{children}</div>
    </section>
  );
}
