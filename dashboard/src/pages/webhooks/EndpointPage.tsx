import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { type Endpoint, endpointQuery } from "../../api/endpoints";
import { ApiError } from "../../api/errors";
import { Card } from "../../components/Card";
import { Ago, DateTime } from "../../components/DateTime";
import { DetailFallback } from "../../components/DetailFallback";
import { Id } from "../../components/Id";
import { KeyValue } from "../../components/KeyValue";
import { Page } from "../../components/Page";
import { EndpointActions } from "./EndpointActions";
import { EndpointDeliveries } from "./EndpointDeliveries";
import { EndpointStatus } from "./EndpointStatus";
import { EVERYTHING } from "./eventFilters";
import styles from "./Webhooks.module.css";
import { endpointName, endpointTrouble } from "./words";

const BACK = { to: "/webhooks", label: "Webhooks" };

export default function EndpointPage() {
  const { endpointId = "" } = useParams();
  const endpoint = useQuery(endpointQuery(endpointId));
  const { data, error } = endpoint;
  // Its data outlasts its deletion.
  const deleted = error instanceof ApiError && error.status === 404;
  if (data === undefined || deleted) {
    return <DetailFallback query={endpoint} name="Endpoint" id={endpointId} back={BACK} among="endpoints" />;
  }
  const trouble = endpointTrouble(data);
  return (
    <Page
      title={data.url ? endpointName(data, data.id) : "Endpoint without a URL"}
      aside={<EndpointStatus endpoint={data} />}
      description={<Id value={data.id} what="endpoint id" />}
      back={BACK}
      actions={<EndpointActions endpoint={data} />}
      error={error}
    >
      <div className="stack">
        {trouble && (
          <div className={styles.notice} role="note">
            {data.failing_since && (
              <strong>
                Failing since <Ago value={data.failing_since} />
              </strong>
            )}
            <span>{trouble}</span>
          </div>
        )}
        <div className="columns">
          <EndpointDeliveries endpointId={data.id} />
          <Card title="Settings">
            <Settings endpoint={data} />
          </Card>
        </div>
      </div>
    </Page>
  );
}

function Settings({ endpoint }: { endpoint: Endpoint }) {
  const { url, description, events, failing_since, previous_secret_expires_at: oldSecretUntil } = endpoint;
  return (
    <KeyValue
      items={[
        ["URL", url ?? "None yet"],
        ["Description", description || null],
        [
          "Events",
          events.includes(EVERYTHING) ? (
            "All events"
          ) : (
            <ul key="events">
              {events.map((event) => (
                <li key={event} className="code">
                  {event}
                </li>
              ))}
            </ul>
          ),
        ],
        ["Failing since", failing_since && <DateTime key="failing" value={failing_since} exact />],
        ["Old secret ends", oldSecretUntil && <DateTime key="old" value={oldSecretUntil} />],
        ["Created", <DateTime key="created" value={endpoint.created_at} exact />],
      ]}
    />
  );
}
