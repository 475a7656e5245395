import { useRouteError } from "react-router";
import { Button } from "../components/Button";
import { ErrorState } from "../components/States";
import styles from "./session.module.css";

/** A page that broke, or whose files are gone because a newer dashboard has been deployed meanwhile. */
export function RouteError() {
  const error = useRouteError();
  return (
    <main className={styles.alone}>
      <div>
        <ErrorState error={error} />
        <div className={styles.center}>
          <Button onClick={() => window.location.reload()}>Reload the page</Button>
        </div>
      </div>
    </main>
  );
}
