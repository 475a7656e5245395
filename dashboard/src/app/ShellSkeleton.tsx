import { Logo } from "../components/Logo";
import { Skeleton } from "../components/States";
import styles from "./AppShell.module.css";

/** The frame before there is a session or a page to put into it. */
export function ShellSkeleton() {
  return (
    <div className={styles.shell} aria-busy="true">
      <div className={styles.topbar}>
        <Logo />
      </div>
      <div className={styles.sidebar}>
        <Logo />
      </div>
      <main className={styles.main}>
        <div className={styles.page}>
          <h1 className="said">Paygate</h1>
          <Skeleton lines={8} what="dashboard" />
        </div>
      </main>
    </div>
  );
}
