import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import { Icon } from "./Icon";
import styles from "./Page.module.css";
import { StaleNote } from "./States";

interface PageProps {
  title: string;
  /** Stands for the title where that is more than words. */
  heading?: ReactNode;
  /** Beside the heading: a badge, an amount. */
  aside?: ReactNode;
  description?: ReactNode;
  /** The list that this page is a detail of. */
  back?: { to: string; label: string };
  actions?: ReactNode;
  /** Why the page's object could not be asked for again, if so. */
  error?: unknown;
  children: ReactNode;
}

export function Page({ title, heading, aside, description, back, actions, error, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Paygate`;
  }, [title]);
  return (
    <>
      {back && (
        <Link to={back.to} className={styles.back}>
          <Icon name="left" size={12} />
          {back.label}
        </Link>
      )}
      <header className={styles.header}>
        <div className={styles.titles}>
          <div className={styles.heading}>
            <h1>{heading ?? title}</h1>
            {aside}
          </div>
          {description && <p className="muted">{description}</p>}
        </div>
        {actions && <div className="cluster">{actions}</div>}
      </header>
      <StaleNote error={error} />
      {children}
    </>
  );
}
