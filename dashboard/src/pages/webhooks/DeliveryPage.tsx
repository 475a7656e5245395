import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { type DeliveryDetail, deliveryKeys, deliveryQuery, retryDelivery } from "../../api/deliveries";
import { endpointsQuery } from "../../api/endpoints";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { DetailFallback } from "../../components/DetailFallback";
import { Id } from "../../components/Id";
import { Json } from "../../components/Json";
import { KeyValue } from "../../components/KeyValue";
import { Page } from "../../components/Page";
import { StatusBadge } from "../../components/StatusBadge";
import { useToasts } from "../../components/Toast";
import { AttemptLog } from "./AttemptLog";
import { NextAttempt } from "./NextAttempt";
import { endpointName, lastAnswer } from "./words";

const BACK = { to: "/webhooks?tab=deliveries", label: "Deliveries" };

export default function DeliveryPage() {
  const { deliveryId = "" } = useParams();
  const delivery = useQuery(deliveryQuery(deliveryId));
  const { data } = delivery;
  if (data === undefined) return <DetailFallback query={delivery} name="Delivery" id={deliveryId} back={BACK} />;
  return (
    <Page
      title={`Delivery of ${data.event}`}
      aside={<StatusBadge status={data.status} />}
      description={<Id value={data.id} what="delivery id" />}
      back={BACK}
      actions={data.status !== "cancelled" && <RetryButton deliveryId={data.id} />}
      error={delivery.error}
    >
      <div className="columns">
        <div className="stack">
          <Card title="Attempts" flush={data.attempt_log.length > 0}>
            <AttemptLog delivery={data} />
          </Card>
          <Card title="Request">
            <Json value={data.request_body} what="request body" />
          </Card>
        </div>
        <Card title="Details">
          <Details delivery={data} />
        </Card>
      </div>
    </Page>
  );
}

function RetryButton({ deliveryId }: { deliveryId: string }) {
  const toasts = useToasts();
  const retry = useWrite({
    name: ["retry", deliveryId],
    send: retryDelivery,
    outdates: [deliveryKeys.all],
    onDone: () => toasts.done("The webhook is being sent again."),
  });
  return (
    <Button
      variant="primary"
      busy={retry.isPending}
      onClick={() => retry.mutate(deliveryId, { onError: toasts.failed })}
    >
      Retry now
    </Button>
  );
}

function Details({ delivery }: { delivery: DeliveryDetail }) {
  const { data: endpoints } = useQuery(endpointsQuery());
  const { endpoint_id, payment_id, next_attempt_at } = delivery;
  const endpoint = endpoints?.data.find((each) => each.id === endpoint_id);
  return (
    <KeyValue
      items={[
        ["Next attempt", next_attempt_at && <NextAttempt key="next" at={next_attempt_at} />],
        ["Last answer", lastAnswer(delivery)],
        ["Attempts", delivery.attempts],
        ["Sent all over", delivery.run > 1 && `${delivery.run - 1} ×`],
        [
          "Endpoint",
          <Link key="endpoint" to={`/webhooks/endpoints/${endpoint_id}`}>
            {endpointName(endpoint, endpoint_id)}
          </Link>,
        ],
        ["Event", <Id key="event" value={delivery.event_id} what="event id" to={`/events/${delivery.event_id}`} />],
        [
          "Payment",
          payment_id && <Id key="payment" value={payment_id} what="payment id" to={`/payments/${payment_id}`} />,
        ],
        ["Replay", delivery.replay_id && <Id key="replay" value={delivery.replay_id} what="replay id" />],
        ["Created", <DateTime key="created" value={delivery.created_at} exact />],
      ]}
    />
  );
}
