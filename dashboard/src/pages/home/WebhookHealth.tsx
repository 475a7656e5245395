import { Link } from "react-router";
import type { Summary } from "../../api/summary";
import { Card } from "../../components/Card";
import { EmptyState } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { formatCount, toWords } from "../../lib/format";
import styles from "./HomePage.module.css";

const COUNTS = ["delivered", "pending", "failed", "held"] as const;

/** How the period's webhooks fared, and how the endpoints are now. */
export function WebhookHealth({ webhooks }: Pick<Summary, "webhooks">) {
  return (
    <Card title="Webhook health" actions={<Link to="/webhooks">All webhooks</Link>}>
      <dl className={styles.counts}>
        {COUNTS.map((name) => (
          <div key={name}>
            <dt>{toWords(name)}</dt>
            <dd>{formatCount(webhooks[name])}</dd>
          </div>
        ))}
      </dl>
      {webhooks.endpoints.length === 0 ? (
        <EmptyState title="No endpoints yet." />
      ) : (
        <ul className={styles.endpoints}>
          {webhooks.endpoints.map((endpoint) => (
            <li key={endpoint.id} className={styles.endpoint}>
              <Link to={`/webhooks/endpoints/${endpoint.id}`} title={endpoint.url ?? ""}>
                {endpoint.url ?? "No URL yet"}
              </Link>
              <StatusBadge
                status={endpoint.status === "enabled" && endpoint.failing_since ? "failing" : endpoint.status}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
