import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { eventDeliveriesQuery, eventQuery, type LoggedEvent } from "../../api/events";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { DetailFallback } from "../../components/DetailFallback";
import { Id } from "../../components/Id";
import { Json } from "../../components/Json";
import { KeyValue } from "../../components/KeyValue";
import { Page } from "../../components/Page";
import { EmptyState, QueryView } from "../../components/States";
import { DeliveriesTable } from "../payments/DeliveriesTable";

const BACK = { to: "/events", label: "Events" };

export default function EventPage() {
  const { eventId = "" } = useParams();
  const event = useQuery(eventQuery(eventId));
  const { data } = event;
  if (data === undefined) return <DetailFallback query={event} name="Event" id={eventId} back={BACK} />;
  return (
    <Page title={data.type} description={<Id value={data.id} what="event id" />} back={BACK} error={event.error}>
      <div className="columns">
        <div className="stack">
          <Card title="Body">
            <Json value={data.body} what="event body" />
          </Card>
          <EventDeliveries event={data} />
        </div>
        <Card title="Details">
          <KeyValue
            items={[
              ["Created", <DateTime key="created" value={data.created_at} exact />],
              ["Sequence", data.sequence],
              ["Payment", data.payment_id && <About to={`/payments/${data.payment_id}`} id={data.payment_id} />],
              ["Refund", data.refund_id && <About to={`/refunds/${data.refund_id}`} id={data.refund_id} />],
              [
                "Endpoint",
                data.endpoint_id && <About to={`/webhooks/endpoints/${data.endpoint_id}`} id={data.endpoint_id} />,
              ],
            ]}
          />
        </Card>
      </div>
    </Page>
  );
}

function About({ to, id }: { to: string; id: string }) {
  return (
    <Link to={to} className="code">
      {id}
    </Link>
  );
}

function EventDeliveries({ event }: { event: LoggedEvent }) {
  const deliveries = useQuery(eventDeliveriesQuery(event));
  return (
    <Card title="Webhook deliveries" flush>
      <QueryView query={deliveries} what="webhook deliveries">
        {(data) =>
          data.length === 0 ? (
            <EmptyState title="No webhooks were sent.">No endpoint wanted this event.</EmptyState>
          ) : (
            <DeliveriesTable deliveries={data} />
          )
        }
      </QueryView>
    </Card>
  );
}
